package serve_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/report/serve"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// header is the first line of a history.
const header = `{"stress":"history","format":1,"workload":"wallet","target":"redis","start":"2026-01-01T00:05:00Z"}` + "\n"

// site is a server on a folder of runs.
type site struct {
	*testing.T
	dir     string
	handler http.Handler
}

func newSite(t *testing.T, change ...func(*serve.Options)) *site {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	o := serve.Options{Root: root, Name: "runs", Loopback: true, Timeout: time.Minute}
	for _, f := range change {
		f(&o)
	}
	s, err := serve.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()); require.NoError(t, root.Close()) })
	return &site{t, dir, s.Handler()}
}

func (s *site) write(path, content string) {
	s.Helper()
	path = filepath.Join(s.dir, path)
	require.NoError(s, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(s, os.WriteFile(path, []byte(content), 0o600))
}

// report writes the report of a run, minutes after the first moment.
func (s *site) report(name string, minutes int, r report.Report) {
	s.Helper()
	r.Info.Start = time.Date(2026, 1, 1, 0, minutes, 0, 0, time.UTC)
	if r.Info.Workload == "" {
		r.Info.Workload, r.Info.Target, r.Info.Strategy = "wallet", "sqlite", "atomic"
	}
	text, err := json.Marshal(r)
	require.NoError(s, err)
	s.write(name+"/report.json", string(text))
}

func (s *site) ask(method, path string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, "http://127.0.0.1:7777"+path, http.NoBody)
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *site) get(code int, path string) string {
	s.Helper()
	w := s.ask(http.MethodGet, path)
	require.Equal(s, code, w.Code, "%s: %s", path, w.Body)
	return w.Body.String()
}

func lost(message string) report.Report {
	return report.Report{
		Verdict: checkers.Reject(checkers.Anomaly{Name: "lost-update", Message: message}),
		Stats:   report.Stats{Ops: 1234, Throughput: 5678, P99: 91 * time.Millisecond},
	}
}

func TestTheNewestRunComesFirst(t *testing.T) {
	s := newSite(t)
	s.report("z-oldest", 1, lost("first words"))
	s.report("a-newest", 3, report.Report{})
	s.report("m-middle", 2, report.Report{Verdict: checkers.Undecide("for want of contention")})
	page := s.get(http.StatusOK, "/")
	require.Regexp(t, `(?s)3 runs.*a-newest.*m-middle.*z-oldest`, page)
	for _, want := range []string{"first words", "for want of contention", "1,234", "5,678", "91ms", "lost-update"} {
		require.Contains(t, page, want)
	}
	w := s.ask(http.MethodGet, "/latest")
	require.Equal(t, http.StatusFound, w.Code)
	require.Equal(t, "/run/a-newest/", w.Header().Get("Location"), "it has no page")
}

func TestFiltersGoTogether(t *testing.T) {
	s := newSite(t)
	of := func(target, workload string, v checkers.Verdict) report.Report {
		return report.Report{Info: history.Info{Target: target, Workload: workload}, Verdict: v}
	}
	bad := checkers.Reject(checkers.Anomaly{Name: "x"})
	s.report("run1", 1, of("sqlite", "wallet", bad))
	s.report("run2", 2, of("sqlite", "counter", checkers.Verdict{}))
	s.report("run3", 3, of("redis", "wallet", bad))
	s.report("run4", 4, of("redis", "wallet", checkers.Undecide("so")))
	s.write("run5/history.jsonl", header)
	for query, want := range map[string]string{
		"":                                 "1 2 3 4 5",
		"?verdict=invalid":                 "1 3",
		"?verdict=valid":                   "2",
		"?verdict=undecided":               "4",
		"?verdict=none":                    "5",
		"?target=redis":                    "3 4 5",
		"?workload=counter":                "2",
		"?verdict=invalid&target=redis":    "3",
		"?verdict=valid&target=redis":      "",
		"?verdict=nonsense":                "",
		"?verdict=&target=sqlite&x=y":      "1 2",
		"?target=%3Cscript%3E&verdict=%00": "",
	} {
		page := s.get(http.StatusOK, "/"+query)
		var got []string
		for i := 1; i <= 5; i++ {
			if strings.Contains(page, fmt.Sprintf(`data-run="run%d"`, i)) {
				got = append(got, fmt.Sprint(i))
			}
		}
		require.Equal(t, want, strings.Join(got, " "), query)
		if want == "" {
			require.Contains(t, page, "No run fits these filters.")
		}
		require.NotContains(t, page, "<script>\"")
	}
	require.Contains(t, s.get(http.StatusOK, "/"), "Not reported yet: it was killed or is still running; last written just now.")
}

func TestAFolderWithoutRunsSaysWhatToDo(t *testing.T) {
	s := newSite(t)
	s.write("notes.txt", "x")
	s.write("empty/other.txt", "x")
	require.Contains(t, s.get(http.StatusOK, "/"), "There are no runs in <code>runs</code>")
	s.get(http.StatusNotFound, "/latest")
	s.report("come", 1, report.Report{}) // while it serves
	require.Contains(t, s.get(http.StatusOK, "/"), "1 run<")
	require.Contains(t, s.get(http.StatusOK, "/"), ">valid<")
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "come")))
	require.Contains(t, s.get(http.StatusOK, "/"), "No runs yet")
}

// A run that gets its report, or a report that is written again, is seen at once.
func TestWhatChangesIsReadAgain(t *testing.T) {
	s := newSite(t)
	s.write("live/history.jsonl", header)
	require.Contains(t, s.get(http.StatusOK, "/"), "not reported")
	s.report("live", 1, lost("it was lost"))
	require.Contains(t, s.get(http.StatusOK, "/"), "it was lost")
	s.report("live", 1, lost("it was lost again"))
	require.Contains(t, s.get(http.StatusOK, "/"), "it was lost again")
}

// Of a report that is long, or spoilt further back, only the head is read.
func TestOnlyTheHeadIsRead(t *testing.T) {
	s := newSite(t)
	text, err := json.Marshal(lost("in the head"))
	require.NoError(t, err)
	text = []byte(strings.Replace(string(text), `"workload":""`, `"workload":"wallet"`, 1))
	head := string(text[:len(text)-len("]}}")])
	s.write("garbage/report.json", head+`,{"name":"second", "ops":[`+strings.Repeat("17,", 1<<20)+"\x00 no JSON at all")
	require.Contains(t, s.get(http.StatusOK, "/"), "in the head")
	// One whose verdict is so long that the figures are beyond what is read.
	s.write("late/report.json", `{"run":{"workload":"wallet","target":"late"},"verdict":{"status":"valid","orders":[`+
		strings.Repeat("17,", 1<<20)+`1]},"stats":{"ops":99}}`)
	page := s.get(http.StatusOK, "/")
	require.Contains(t, page, "late")
	require.NotContains(t, page, "can&#39;t be read")
	s.write("none/report.json", `{"again":`+strings.Repeat("[", 1<<20))
	s.write("empty/report.json", ``)
	s.write("other/report.json", `{"a":1}`)
	s.write("status/report.json", `{"run":{"workload":"w"},"verdict":{"status":"fine\" onclick=\"x"}}`)
	page = s.get(http.StatusOK, "/")
	require.Equal(t, 4, strings.Count(page, "report.json can&#39;t be read"))
	require.NotContains(t, page, `" onclick="x`)
	s.write("header/history.jsonl", strings.Repeat("x", 3<<20))
	require.Contains(t, s.get(http.StatusOK, "/"), "history.jsonl can&#39;t be read")
}

func TestTenThousandRunsHavePages(t *testing.T) {
	s := newSite(t)
	for i := range 10_000 {
		name := filepath.Join(s.dir, fmt.Sprintf("run-%05d", i))
		require.NoError(t, os.Mkdir(name, 0o755))
		text := fmt.Sprintf(`{"run":{"workload":"wallet","target":"t%d","start":%q},"stats":{"ops":7},"verdict":{"status":"valid"}}`,
			i%2, time.Unix(int64(i), 0).UTC().Format(time.RFC3339))
		require.NoError(t, os.WriteFile(filepath.Join(name, "report.json"), []byte(text), 0o600))
	}
	page := s.get(http.StatusOK, "/")
	require.Contains(t, page, "10,000 runs")
	require.Equal(t, 100, strings.Count(page, "data-run="))
	require.Contains(t, page, `data-run="run-09999"`)
	require.Contains(t, s.get(http.StatusOK, "/?page=100"), `data-run="run-00000"`)
	require.Contains(t, s.get(http.StatusOK, "/?page=101"), `data-run="run-00000"`, "beyond the last is the last")
	second := s.get(http.StatusOK, "/?page=2&target=t1")
	require.Contains(t, second, "101 to 200 of 5,000")
	require.Contains(t, second, `href="/?page=3&amp;target=t1"`)
	for _, wrong := range []string{"0", "-1", "x", "99999999999999999999"} {
		s.get(http.StatusBadRequest, "/?page="+wrong)
	}
}

// nasty is what a value may be.
const nasty = "</script></title></textarea><img src=x onerror=alert(1)>\"'><script>alert(2)</script>\u202ejavascript:alert(3)"

func TestValuesAreShownNotRun(t *testing.T) {
	s := newSite(t)
	r := report.Report{
		Info: history.Info{
			Workload: nasty, Target: nasty, Strategy: nasty, Engine: nasty, Tool: nasty, Args: map[string]string{nasty: nasty},
			Params: map[string]any{nasty: nasty},
		},
		Verdict: checkers.Reject(checkers.Anomaly{Name: nasty, Message: nasty, Object: nasty}),
		Stats:   report.Stats{Ops: 1, Kinds: []report.KindStats{{Kind: nasty, Count: 1}}},
		Errors:  []report.ErrorCount{{Text: nasty, Count: 1}}, Interrupted: nasty, Missing: nasty,
	}
	name := `<img src=x onerror=alert(1)>"'&`
	s.report(name, 1, r)
	r.Info.Workload, r.Verdict = nasty+"2", checkers.Undecide(nasty)
	s.report(name+"2", 2, r)
	for _, path := range []string{
		"/", "/run/" + url.PathEscape(name) + "/", "/run/" + url.PathEscape(name+"2") + "/",
		"/diff?run=" + url.QueryEscape(name) + "&run=" + url.QueryEscape(name+"2"),
		"/?verdict=" + url.QueryEscape(nasty) + "&target=" + url.QueryEscape(nasty) + "&workload=" + url.QueryEscape(nasty),
	} {
		w := s.ask(http.MethodGet, path)
		require.Equal(t, http.StatusOK, w.Code, "%s: %s", path, w.Body)
		require.NotContains(t, w.Body.String(), "<img", path)
		require.NotContains(t, w.Body.String(), "<script>alert", path)
		require.NotRegexp(t, ">[^<]*\u202e", w.Body.String(), path) // in an attribute it is what a form sends
		require.NotContains(t, w.Body.String(), `href="javascript`, path)
		require.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe", path)
		require.Contains(t, w.Body.String(), "&lt;img", path)
	}
	page := s.get(http.StatusNotFound, "/run/"+url.PathEscape(nasty)+"/")
	require.NotContains(t, page, "<img")
}

func TestNothingOutsideIsReached(t *testing.T) {
	s := newSite(t)
	outside := t.TempDir()
	secret := filepath.Join(outside, "report.html")
	require.NoError(t, os.WriteFile(secret, []byte("SECRET"), 0o600))
	s.report("run", 1, report.Report{})
	s.write("run/secret.txt", "SECRET")
	s.write("run/sub/report.html", "SECRET")
	s.write("report.html", "SECRET")
	require.NoError(t, os.Symlink(secret, filepath.Join(s.dir, "run", "report.html")))
	require.NoError(t, os.Symlink(secret, filepath.Join(s.dir, "run", "history.jsonl")))
	require.NoError(t, os.Symlink(outside, filepath.Join(s.dir, "away")))
	require.NoError(t, os.Symlink("/", filepath.Join(s.dir, "top")))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "report.json"),
		[]byte(`{"run":{"workload":"SECRET"},"verdict":{"status":"valid"}}`), 0o600))
	parent := filepath.Base(s.dir)
	for _, path := range []string{
		"/run/run/report.html", "/run/run/history.jsonl", "/run/run/secret.txt", "/run/run/sub", "/run/run/sub%2freport.html",
		"/run/away/report.html", "/run/away/", "/run/top/report.html", "/run/.%2e/report.html", "/run/..%2f" + parent + "/report.html",
		"/run/%2e%2e%2f%2e%2e%2fetc/report.html", "/run/./report.html", "/run/%2e/report.html", "/run/run%2f../report.html",
		"/run/%2fetc/report.html", "/run/" + url.PathEscape(outside) + "/report.html", "/run/run%00/report.html",
		"/run/..%5c..%5cetc/report.html", "/run/run/..%2freport.html", "/run/run/%2e%2e%2freport.html",
		"/diff?run=run&run=away", "/diff?run=run&run=" + url.QueryEscape(outside), "/diff?run=run&run=../" + parent + "/run",
	} {
		w := s.ask(http.MethodGet, path)
		require.NotContains(t, w.Body.String(), "SECRET", path)
		require.GreaterOrEqual(t, w.Code, 300, path)
	}
	require.NotContains(t, s.get(http.StatusOK, "/"), "SECRET")
	require.Contains(t, s.get(http.StatusOK, "/"), "1 run<", "links are no runs")
	require.NotContains(t, s.get(http.StatusOK, "/run/run/"), "report.html")
}

func TestFilesOfARun(t *testing.T) {
	s := newSite(t)
	s.report("a run", 1, report.Report{})
	s.write("a run/report.html", "<script>1</script>")
	s.write("a run/report.txt", "VALID")
	s.write("a run/history.jsonl", "{}")
	page := s.ask(http.MethodGet, "/run/a%20run/report.html")
	policy := page.Header().Get("Content-Security-Policy")
	require.Equal(t, "<script>1</script>", page.Body.String())
	require.Contains(t, policy, "sandbox allow-scripts")
	require.NotContains(t, policy, "allow-same-origin")
	require.Contains(t, policy, "form-action 'none'")
	require.NotContains(t, policy, "connect-src 'self'")
	for name, content := range map[string]string{
		"report.txt": "text/plain; charset=utf-8", "report.json": "application/json", "history.jsonl": "application/jsonl",
	} {
		w := s.ask(http.MethodGet, "/run/a%20run/"+name)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, content, w.Header().Get("Content-Type"))
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	}
	require.Equal(t, `attachment; filename="a run-history.jsonl"`,
		s.ask(http.MethodGet, "/run/a%20run/history.jsonl").Header().Get("Content-Disposition"))
	require.Contains(t, s.get(http.StatusOK, "/"), `href="/run/a%20run/report.html"`)
	require.Contains(t, s.get(http.StatusOK, "/run/a%20run/"), "Open the report")
	s.get(http.StatusNotFound, "/run/a%20run/history.jsonl.zst")
	s.get(http.StatusNotFound, "/run/other/report.html")
	s.get(http.StatusNotFound, "/favicon.ico")
}

func TestHostsAndMethods(t *testing.T) {
	s := newSite(t)
	for host, code := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:7777": 200, "localhost:7777": 200, "LocalHost": 200, "[::1]:7777": 200, "127.9.9.9": 200,
		"evil.example": 421, "evil.example:7777": 421, "127.0.0.1.evil.example": 421, "10.0.0.1:7777": 421, "": 421,
		"localhost.evil.example": 421, "0.0.0.0:7777": 421,
	} {
		w := s.ask(http.MethodGet, "/", func(r *http.Request) { r.Host = host })
		require.Equal(t, code, w.Code, host)
	}
	open := newSite(t, func(o *serve.Options) { o.Loopback = false })
	require.Equal(t, 200, open.ask(http.MethodGet, "/", func(r *http.Request) { r.Host = "ci.example" }).Code)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		require.Equal(t, http.StatusMethodNotAllowed, s.ask(method, "/").Code, method)
	}
	w := s.ask(http.MethodHead, "/")
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Body.String())
	require.NotEmpty(t, w.Header().Get("Etag"))
	same := s.ask(http.MethodGet, "/", func(r *http.Request) { r.Header.Set("If-None-Match", w.Header().Get("Etag")) })
	require.Equal(t, http.StatusNotModified, same.Code)
}

// counting is a check that counts.
func counting(n *int, r *report.Report, err error) func(*serve.Options) {
	return func(o *serve.Options) {
		o.Check = func(_ context.Context, f *os.File, _ string) (*report.Report, error) {
			*n++
			_, _ = io.Copy(io.Discard, f)
			return r, err
		}
	}
}

func TestARunWithoutReportIsCheckedOnRequest(t *testing.T) {
	n := 0
	r := lost("checked now")
	r.Info = history.Info{Workload: "wallet", Target: "redis"}
	s := newSite(t, counting(&n, &r, nil))
	s.write("killed/history.jsonl", header)
	s.report("other", 1, report.Report{})
	require.Contains(t, s.get(http.StatusOK, "/run/killed/"), "Check the history and show the report")
	s.get(http.StatusNotFound, "/run/killed/report.html")
	s.get(http.StatusNotFound, "/diff?run=killed&run=other")
	require.Zero(t, n, "to look at it checks nothing")

	for _, from := range []func(*http.Request){
		func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		func(r *http.Request) { r.Header.Set("Origin", "null") }, // a page in a sandbox
		func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
	} {
		require.Equal(t, http.StatusForbidden, s.ask(http.MethodPost, "/run/killed/check", from).Code)
	}
	require.Zero(t, n)
	s.get(http.StatusNotFound, "/run/killed/check")

	own := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }
	w := s.ask(http.MethodPost, "/run/killed/check", own)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Equal(t, "/run/killed/report.html", w.Header().Get("Location"))
	require.Contains(t, s.get(http.StatusOK, "/run/killed/report.html"), "checked now")
	require.Contains(t, s.get(http.StatusOK, "/diff?run=killed&run=other"), "checked now")
	s.ask(http.MethodPost, "/run/killed/check", own)
	require.Equal(t, 1, n, "the page is kept")
	_, err := os.Stat(filepath.Join(s.dir, "killed", "report.html"))
	require.ErrorIs(t, err, os.ErrNotExist, "nothing is written into the folder")

	s.write("killed/history.jsonl", "other")
	s.get(http.StatusNotFound, "/run/killed/report.html")
	s.ask(http.MethodPost, "/run/killed/check", own)
	require.Equal(t, 2, n, "it has changed")
	require.Equal(t, http.StatusNotFound, s.ask(http.MethodPost, "/run/none/check", own).Code)
	require.Equal(t, http.StatusNotFound, s.ask(http.MethodPost, "/run/..%2fkilled/check", own).Code)
}

func TestOneHistoryIsCheckedAtATime(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	s := newSite(t, func(o *serve.Options) {
		o.Check = func(context.Context, *os.File, string) (*report.Report, error) {
			close(begun)
			<-end
			return nil, fmt.Errorf("line 3 is <b>no</b> JSON")
		}
	})
	s.write("a/history.jsonl", "x")
	s.write("b/history.jsonl", "x")
	answers := make(chan *httptest.ResponseRecorder)
	go func() { answers <- s.ask(http.MethodPost, "/run/a/check") }()
	<-begun
	w := s.ask(http.MethodPost, "/run/b/check")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "5", w.Header().Get("Retry-After"))
	close(end)
	w = <-answers
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, w.Body.String(), "The history can&#39;t be checked: line 3 is &lt;b&gt;no&lt;/b&gt; JSON.")
}

func TestTheOlderRunIsA(t *testing.T) {
	s := newSite(t)
	s.report("young", 2, lost("later"))
	s.report("old", 1, report.Report{})
	require.Regexp(t, `(?s)<code>old</code>.*<code>young</code>`, s.get(http.StatusOK, "/diff?run=young&run=old"))
	for _, query := range []string{"", "?run=old", "?run=old&run=young&run=old"} {
		require.Contains(t, s.get(http.StatusBadRequest, "/diff"+query), "Two runs are compared")
	}
	s.write("spoilt/report.json", `{"run":`)
	require.Contains(t, s.get(http.StatusUnprocessableEntity, "/diff?run=old&run=spoilt"), "Write it again with stress report")
}

// It ends when it is told to, and leaves nothing behind.
func TestRunEnds(t *testing.T) {
	s := newSite(t)
	l, loopback, err := serve.Listen(t.Context(), ":0")
	require.NoError(t, err)
	require.True(t, loopback)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- serve.Run(ctx, l, s.handler) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.Addr().String(), http.NoBody)
	require.NoError(t, err)
	answer, err := client.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, 200, answer.StatusCode)
	stop()
	require.NoError(t, <-ended)
	_, _, err = serve.Listen(t.Context(), "7777")
	require.Error(t, err)
}
