package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

// scenarioTries is how often the scenario is run until a broken strategy shows. Lockstep makes a read and a write race
// in the first try. A race between one client's commit and another's read, or a lease that expires, takes a few, and
// another schedule.
const scenarioTries = 40

// scenario runs the two deducts on every strategy for wallets.
func (m *matrix) scenario(ctx context.Context, entries []targets.Entry) {
	for _, e := range entries {
		if !e.Scenario || e.Anomaly != checkers.LostUpdate && !e.Correct() {
			continue
		}
		r, err := m.twoDeducts(ctx, e)
		if interrupted(ctx, err) {
			return
		}
		if err != nil {
			r = &row{entry: e, failed: err}
		}
		m.wallet = append(m.wallet, r)
	}
}

func (m *matrix) twoDeducts(ctx context.Context, e targets.Entry) (*row, error) {
	for try := range scenarioTries {
		schedule := harness.Lockstep(lockstepPatience)
		if try%2 == 1 {
			schedule = harness.Perturb()
		}
		seed := m.flags.seed + uint64(try)
		out, err := e.Run(ctx, targets.Options{
			DSN: m.dsn[e.Engine.Name], Seed: seed, Tool: tool(), Service: m.serving, Params: targets.Params{TwoDeducts: true},
			Harness: []harness.Option{
				harness.Clients(2), harness.Ops(2), harness.WithScheduler(schedule), harness.AllowVacuous(),
			},
		})
		if err != nil {
			return nil, err
		}
		r := &row{entry: e}
		r.add(out, seed)
		if e.Correct() || r.surprise == "" {
			return r, nil
		}
	}
	return &row{entry: e}, nil
}

// scenarioMargin is where the words of the scenario begin.
const scenarioMargin = 32

// writeScenario tells the story of the wallet: who loses, in one line each, and who doesn't.
func (m *matrix) writeScenario(w io.Writer) error {
	if len(m.wallet) == 0 {
		return nil
	}
	s := styleOf(w)
	var b strings.Builder
	b.WriteString("A wallet holds 1000. One request deducts 300, another deducts 500, at the same time. " +
		"200 must be left.\n")
	for _, engine := range m.engines(m.wallet) {
		fmt.Fprintf(&b, "\n%s\n", strong(engine.Title))
		m.writeEngine(&b, s, engine)
	}
	b.WriteByte('\n')
	return writeStyled(w, s, b.String())
}

// writeEngine tells the story on one engine.
func (m *matrix) writeEngine(b *strings.Builder, s report.Style, engine targets.Engine) {
	var kept, refused []string
	for _, r := range m.wallet {
		if r.entry.Engine.Name != engine.Name {
			continue
		}
		mark, words := bad("✗"), r.examples[r.entry.Anomaly]
		switch {
		case r.failed != nil:
			mark, words = bad("!"), "could not be run: "+r.failed.Error()
		case r.surprise != "":
			mark, words = bad("!"), r.surprise
		case r.entry.Correct() && r.refused > 0:
			refused = append(refused, r.entry.Strategy)
			continue
		case r.entry.Correct():
			kept = append(kept, r.entry.Strategy)
			continue
		case r.runs == 0:
			mark = "–"
			words = fmt.Sprintf("not shown by two requests in %d tries; it takes more of them, as below", scenarioTries)
		}
		fmt.Fprintf(b, "  %s %-27s %s\n", mark, r.entry.Strategy, s.Wrap(scenarioMargin, words))
	}
	if len(kept) > 0 {
		fmt.Fprintf(b, "  %s 200 were left by: %s\n", good("✓"), s.Wrap(4, strings.Join(kept, ", ")))
	}
	if len(refused) > 0 {
		fmt.Fprintf(b, "  %s one request was refused, and nothing lost, by: %s\n", good("✓"), s.Wrap(4, strings.Join(refused, ", ")))
	}
}
