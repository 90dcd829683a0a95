package page

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
)

// timeline is one of these operations.
func timeline(all ...report.Operation) *report.Timeline {
	return &report.Timeline{
		Len:    len(all),
		At:     func(i int) report.Operation { return all[i] },
		Object: func(key uint64) string { return "wallet " + string(rune('0'+key%10)) },
	}
}

// twoDeducts is the run that the project began with.
func twoDeducts() *report.Report {
	return &report.Report{
		Info: history.Info{
			Workload: "wallet", Target: "sqlite", Strategy: "read-modify-write", Engine: "SQLite 3", Clients: 2, Seed: 7,
			Start: time.Date(2026, 11, 28, 11, 0, 0, 0, time.UTC), Params: map[string]any{"initial": 1000},
		},
		Verdict: checkers.Reject(checkers.Anomaly{
			Name: checkers.LostUpdate, Object: "wallet 0", Message: "both read 1000", Ops: []int{0, 1}, Repair: []string{"atomic"},
		}),
		Timeline: timeline(
			report.Operation{Client: 0, Call: 0, Return: 5e6, Kind: "deduct", Text: "deduct 300 from wallet 0 → 700"},
			report.Operation{Client: 1, Call: 1200, Return: 5e6, Kind: "deduct", Text: "deduct 500 from wallet 0 → 500"},
		),
	}
}

func written(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, r))
	return b.String()
}

// body is what a reader sees before any script has run.
func body(t *testing.T, page string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "<body")
	require.True(t, found)
	text, _, found := strings.Cut(rest, "<script")
	require.True(t, found)
	return text
}

func TestEveryVerdictHasItsPage(t *testing.T) {
	valid, undecided, cut, empty, streamed := twoDeducts(), twoDeducts(), twoDeducts(), twoDeducts(), twoDeducts()
	valid.Verdict = checkers.Verdict{Orders: []checkers.Order{{Object: "wallet 0", Ops: []int{1, 0}}}}
	undecided.Verdict = checkers.Undecide("no two clients' operations overlapped")
	cut.Verdict = checkers.Undecide("the file was cut off at byte 45,000")
	cut.Missing = "the file was cut off at byte 45,000"
	empty.Timeline, empty.Verdict = timeline(), checkers.Undecide("nothing was done")
	streamed.Timeline = nil
	untimed := twoDeducts()
	untimed.Untime()
	for name, c := range map[string]struct {
		r    *report.Report
		want []string
	}{
		"invalid":   {twoDeducts(), []string{"invalid", "lost-update", "both read 1000.", "<code>atomic</code>", `id="lanes"`}},
		"valid":     {valid, []string{`class="valid"`, `id="orders"`}},
		"undecided": {undecided, []string{"undecided", "No two clients&#39; operations overlapped."}},
		"cut off":   {cut, []string{"undecided", "The file was cut off at byte 45,000."}},
		"empty":     {empty, []string{"The run has no operations."}},
		"streamed":  {streamed, []string{"lost-update", "checked while it was\n  read"}},
		"untimed":   {untimed, []string{"The history tells no times"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := body(t, written(t, c.r))
			for _, want := range c.want {
				require.Contains(t, text, want)
			}
			require.Contains(t, text, "sqlite · wallet · read-modify-write")
		})
	}
	require.Equal(t, 1, strings.Count(body(t, written(t, cut)), "45,000"), "it is said once")
}

func TestGatesAreTold(t *testing.T) {
	r := twoDeducts()
	r.Gates = []report.Gate{{Kind: report.FailIf, Text: "p99 > 50ms", Status: report.Broken, Measured: "p99 was 61ms"}}
	require.Contains(t, body(t, written(t, r)),
		`<li class="failed"><b aria-hidden="true">✕</b> fail-if p99 &gt; 50ms: failed, p99 was 61ms`)
}

func TestThePageSaysHowToRunItAgain(t *testing.T) {
	r := twoDeducts()
	r.Again = "stress run --seed 7"
	require.Contains(t, body(t, written(t, r)), "<code>stress run --seed 7</code>")
	require.NotContains(t, body(t, written(t, twoDeducts())), "again")
}

// The page may run what it has, and what it has alone.
func TestThePolicyNamesAllThatRuns(t *testing.T) {
	page := written(t, twoDeducts())
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	policy = strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy)
	require.True(t, strings.HasPrefix(policy, "default-src 'none'; "), policy)
	require.NotContains(t, policy, "unsafe")
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page, -1)
	require.Len(t, scripts, 3)
	for _, s := range scripts {
		require.Contains(t, policy, hashOf(s[1]))
	}
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	require.Contains(t, policy, hashOf(style[1]))
	require.NotRegexp(t, `(?i)<[^>]+\s(on\w+|style)\s*=`, body(t, page),
		"neither handlers nor styles in attributes, which no hash allows")
	require.NotRegexp(t, `(?i)(src|href)="?(https?:)?//`, body(t, page), "nothing from elsewhere")
}

// nasty would run, if it were markup anywhere.
const nasty = `</script></style><img src=x onerror="window.ran=1">'"` + "`${window.ran=1}\u2028<!--"

// nastily is a report with nasty text wherever text can be.
func nastily() *report.Report {
	r := twoDeducts()
	r.Info = history.Info{
		Tool: nasty, Workload: nasty, Target: nasty, Strategy: nasty, Engine: nasty, Clients: 2,
		Params: map[string]any{nasty: nasty}, Args: map[string]string{nasty: nasty},
	}
	r.Verdict = checkers.Reject(checkers.Anomaly{
		Name: nasty, Object: nasty, Message: nasty, Ops: []int{0, 1}, Repair: []string{nasty},
		Arrows: []checkers.Arrow{{From: checkers.Earlier, To: 0, Relation: checkers.Reads, Text: nasty}},
	})
	r.Again = nasty
	r.Gates = []report.Gate{{Kind: nasty, Text: nasty}}
	r.Verdict.Reason, r.Interrupted, r.Missing = nasty, "i"+nasty, "m"+nasty
	r.Verdict.Orders = []checkers.Order{{Object: nasty, Ops: []int{0, 1}}}
	r.Evidence = []report.Evidence{{Op: 0, Text: nasty}}
	r.Errors = []report.ErrorCount{{Text: nasty, Count: 1}}
	r.Stats.Kinds = []report.KindStats{{Kind: nasty, Count: 1}}
	r.Timeline = timeline(
		report.Operation{Kind: nasty, Text: nasty, Note: nasty, Return: 5, Outcome: history.Unknown},
		report.Operation{Kind: nasty, Text: nasty + "2", Call: 3, Return: -1, Outcome: history.Failed, Client: 1},
	)
	r.Timeline.Object = func(uint64) string { return nasty }
	return r
}

func TestNoValueIsMarkup(t *testing.T) {
	page := written(t, nastily())
	require.Zero(t, strings.Count(page, "<img"), "an image stands in the page")
	_, facts, _ := strings.Cut(page, `id="facts">`)
	facts, _, _ = strings.Cut(facts, "</script>")
	require.NotContains(t, facts, "\u2028", "older readers of JSON end a line there")
	require.NotContains(t, facts, "<")
	plain := written(t, twoDeducts())
	require.Equal(t, strings.Count(plain, "</script>")+1, strings.Count(page, "</script>"), "one more for the section of orders")
	require.Equal(t, strings.Count(plain, "</style>"), strings.Count(page, "</style>"))
	require.NotContains(t, body(t, page), "<!--")
}

// What only the scripts know must not go into the page as markup either: no part of ours makes markup of text.
func TestScriptsMakeNoMarkupOfText(t *testing.T) {
	_, scripts, err := parts()
	require.NoError(t, err)
	makes := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function`)
	require.Empty(t, makes.FindString(scripts[2]))
	for _, s := range scripts {
		require.Zero(t, strings.Count(s, "</"), "a script has an end of an element in it")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestAFullDiskIsTold(t *testing.T) {
	require.ErrorContains(t, Write(full{}, twoDeducts()), "writing the page: the disk is full")
	for n := range 40 { // wherever it happens
		require.Error(t, Write(&limited{left: n * 2000}, twoDeducts()))
	}
}

// limited takes so many bytes.
type limited struct{ left int }

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}
