package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lostupdate/stress/checkers"
)

// Suite is a run or a matrix in the form that the formats of continuous integration share: what was asked, and what came of it.
type Suite struct {
	Name  string
	File  string    // where more of it is to be found, "" for nowhere
	Start time.Time // wall clock
	Facts []Fact    // of the whole suite
	Cases []Case
}

// Fact is something that is worth knowing beside the cases, such as the seed.
type Fact struct{ Name, Value string }

// Case is one thing that was asked.
type Case struct {
	Target, Workload, Strategy string
	Gate                       string // what was asked beside the verdict; "" for the verdict itself
	Result                     Result
	Findings                   []Finding     // why it is not OK; one at least, unless it is
	Text                       string        // what is to be read of it, in lines
	Elapsed                    time.Duration // 0 where it took no time of its own
}

// Result is what came of a case.
type Result uint8

const (
	// Fine is a case that is as it should be.
	Fine Result = iota
	// NotTried was left out.
	NotTried
	// Undecided is neither proved right nor proved wrong.
	Undecided
	// Wrong is not as it should be.
	Wrong
	// NotRun could not be run to its end.
	NotRun
)

// Finding is one reason why a case is not OK.
type Finding struct {
	Name    string // the anomaly, or what else it is
	Object  string // what it is about, e.g. "wallet 7"
	Message string // in one line
}

// Class names what was tested, as in sqlite.wallet.
func (c Case) Class() string {
	return strings.Trim(strings.ReplaceAll(c.Target, " ", "-")+"."+c.Workload, ".")
}

// Subject says what the case is of; a history from elsewhere has no strategy.
func (c Case) Subject() string {
	return strings.Join(slices.DeleteFunc([]string{c.Target, c.Workload, c.Strategy}, func(s string) bool { return s == "" }), " · ")
}

// Title names the case within its class.
func (c Case) Title() string {
	name := c.Strategy
	if name == "" { // a history from elsewhere has none
		name = "history"
	}
	if c.Gate != "" {
		name += ": " + c.Gate
	}
	return name
}

// Suite gives the verdict as a case, and each gate as another.
func (r *Report) Suite() Suite {
	i := r.Info
	verdict := Case{Target: i.Target, Workload: i.Workload, Strategy: i.Strategy, Elapsed: r.Stats.Elapsed, Text: r.plain()}
	verdict.Result, verdict.Findings = r.findings()
	s := Suite{Name: "stress " + verdict.Class() + "." + verdict.Title(), Start: i.Start, Facts: r.facts(), Cases: []Case{verdict}}
	if len(r.Files) > 0 {
		s.File = r.Files[0]
	}
	for _, g := range r.Gates {
		c := Case{
			Target: i.Target, Workload: i.Workload, Strategy: i.Strategy, Gate: g.Kind + " " + g.Text, Text: g.Sentence(),
		}
		switch g.Status {
		case Broken:
			c.Result = Wrong
		case Open:
			c.Result = Undecided
		}
		if c.Result != Fine {
			c.Findings = []Finding{{Name: g.Kind, Object: g.Text, Message: g.Sentence()}}
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

// findings says what is wrong with the run but for its gates, which speak for themselves.
func (r *Report) findings() (Result, []Finding) {
	switch {
	case r.Verdict.Status == checkers.Undecided:
		return Undecided, []Finding{{Name: "undecided", Message: r.Verdict.Reason}}
	case r.Verdict.Status == checkers.Valid, r.Foreseen():
		return Fine, nil
	}
	var all []Finding
	for _, a := range r.Verdict.Anomalies {
		all = append(all, Finding{Name: a.Name, Object: a.Object, Message: a.Text()})
	}
	if len(all) == 0 { // a checker that names none must not make the case pass
		all = []Finding{{Name: "invalid", Message: "the history is invalid"}}
	}
	return Wrong, all
}

func (r *Report) plain() string {
	var b strings.Builder
	_ = r.Text(&b, Style{}) // a builder has no errors
	return b.String()
}

// facts are what to know to make the run again.
func (r *Report) facts() []Fact {
	i := r.Info
	return known(
		Fact{"verdict", r.Verdict.Status.String()}, Fact{"tool", i.Tool}, Fact{"engine", i.Engine}, Fact{"seed", fmt.Sprint(i.Seed)},
		Fact{"clients", fmt.Sprint(i.Clients)}, Fact{"again", r.Again}, Fact{"files", strings.Join(r.Files, " ")},
	)
}

// known leaves out facts without a value.
func known(facts ...Fact) []Fact {
	return slices.DeleteFunc(facts, func(f Fact) bool { return f.Value == "" })
}

// scenario is the workload under which the two deducts of a matrix stand.
const scenario = "two-deducts"

// Suite gives each entry as a case: whether its runs found what they should.
func (m *Matrix) Suite() Suite {
	s := Suite{Name: "stress matrix", Start: m.Start, Facts: known(
		Fact{"tool", m.Tool}, Fact{"seed", fmt.Sprint(m.Seed)}, Fact{"clients", fmt.Sprint(m.Clients)},
		Fact{"interrupted", m.Interrupted},
	)}
	for _, row := range m.Scenario {
		row.Workload = scenario
		s.Cases = append(s.Cases, row.asCase())
	}
	for _, row := range m.Rows {
		s.Cases = append(s.Cases, row.asCase())
	}
	for _, e := range m.Skipped {
		s.Cases = append(s.Cases, Case{
			Target: e.Engine, Workload: e.Workload, Strategy: e.Strategy, Result: NotTried,
			Findings: []Finding{{Name: "skipped", Message: e.Reason}},
		})
	}
	return s
}

func (r Row) asCase() Case {
	c := Case{Target: r.Engine, Workload: r.Workload, Strategy: r.Strategy, Elapsed: r.Elapsed}
	expected := "nothing"
	if r.Expected != "" {
		expected = r.Expected
	}
	found := "nothing"
	if len(r.Found) > 0 {
		found = strings.Join(r.Found, ", ")
	}
	c.Text = fmt.Sprintf("expected %s, found %s; %d of %d runs as expected\n", expected, found, r.AsExpected, r.Runs)
	for _, name := range r.Found {
		c.Text += name + ": " + r.Examples[name] + "\n"
	}
	switch {
	case r.Failed != "":
		c.Result, c.Findings = NotRun, []Finding{{Name: "failed", Message: r.Failed}}
	case r.Runs == 0:
		c.Result, c.Findings = NotTried, []Finding{{Name: "skipped", Message: "the matrix was ended before its turn"}}
	case r.AsExpected < r.Runs && r.Undecided:
		c.Result, c.Findings = Undecided, []Finding{{Name: "undecided", Message: r.Surprise}}
	case r.AsExpected < r.Runs:
		name := strings.Join(r.Found, ", ")
		if r.Expected != "" {
			name = "no " + r.Expected
		}
		c.Result, c.Findings = Wrong, []Finding{{Name: name, Message: r.Surprise}}
	}
	return c
}
