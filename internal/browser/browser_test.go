package browser_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/browser"
	"github.com/lostupdate/stress/report"
)

// chromium is the browser of all tests, each of which has a tab of its own.
var chromium context.Context

func TestMain(m *testing.M) {
	started, stop := browser.Start(context.Background())
	chromium = started //nolint:fatcontext // it is set once
	if err := chromedp.Do(chromium); err != nil {
		fmt.Fprintf(os.Stderr, "starting %s, which scripts/browser installs: %v\n", browser.Path(), err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

var desk = browser.View{Width: 1280, Height: 900}

// opened is a page that must make no trouble as long as the test runs.
func opened(t *testing.T, r *report.Report, v browser.View, hash string) *browser.Page {
	t.Helper()
	p, done, err := browser.Open(chromium, write(t, r), hash, v)
	require.NoError(t, err)
	t.Cleanup(func() {
		troubles := p.Troubles()
		done()
		require.Empty(t, troubles)
	})
	return p
}

func eval[T any](t *testing.T, p *browser.Page, expression string) T {
	t.Helper()
	value, err := browser.Eval[T](p, expression)
	require.NoError(t, err, expression)
	return value
}

// until waits for the page's own state.
func until(t *testing.T, p *browser.Page, condition string) {
	t.Helper()
	require.True(t, eval[bool](t, p, `new Promise((go) => {
		const end = performance.now() + 20000;
		const look = () => { if (`+condition+`) go(true);
			else if (performance.now() > end) go(false); else requestAnimationFrame(look); };
		look();
	})`), "it never came: %s\n%s", condition, eval[string](t, p, `document.body.innerText.slice(0, 3000)`))
}

// press presses a key, and enter writes letters where the focus is.
func press(t *testing.T, p *browser.Page, key string) {
	t.Helper()
	require.NoError(t, p.Press(key))
}

func enter(t *testing.T, p *browser.Page, letters string) {
	t.Helper()
	require.NoError(t, p.Do(chromedp.KeyEvent(letters)))
}

// span is how much time is seen, ns.
func span(t *testing.T, p *browser.Page) float64 {
	t.Helper()
	return eval[float64](t, p, `stressPage.view.to - stressPage.view.from`)
}

func from(t *testing.T, p *browser.Page) float64 {
	t.Helper()
	return eval[float64](t, p, `stressPage.view.from`)
}

// middle gives where an operation is drawn, in the window.
func middle(t *testing.T, p *browser.Page, op int) (x, y float64) {
	t.Helper()
	eval[bool](t, p, `(document.getElementById('stage').scrollIntoView({ block: 'center' }), true)`)
	require.NoError(t, p.Frames()) // the browser knows only then what is under the pointer
	at := eval[[]float64](t, p, fmt.Sprintf(`(() => {
		const r = document.getElementById('lanes').getBoundingClientRect(), [x, y, w, h] = stressPage.box(%d);
		return [r.left + x + w / 2, r.top + y + h / 2]; })()`, op))
	return at[0], at[1]
}

func text(t *testing.T, p *browser.Page, selector string) string {
	t.Helper()
	return eval[string](t, p, fmt.Sprintf(`document.querySelector(%q).innerText`, selector))
}

func TestTheVerdictAndItsStoryAreShown(t *testing.T) {
	p := opened(t, run(1000), desk, "")
	require.Contains(t, strings.ToLower(text(t, p, "h1")), "invalid")
	until(t, p, `document.querySelectorAll('.finding.open .story .arrow').length === 2`)
	origin := eval[string](t, p, `document.querySelector('.story .origin text').textContent`)
	require.Equal(t, "1000", origin, "both arrows begin at what both read")
	story := eval[string](t, p, `document.querySelector('.story').textContent`)
	require.Contains(t, story, "#500 deduct 0 from wallet 4 → 1500  overwritten by #501")
	require.Equal(t, "1500", eval[string](t, p, `document.querySelector('.story .lost').textContent`))
	require.Contains(t, text(t, p, "#run"), "stress run --seed 7")
}

func TestStepsAreInTheStory(t *testing.T) {
	r := run(1000)
	r.Steps = []report.Step{{Client: 0, At: 125_010, Name: "read balance"}, {Client: 0, At: 125_700, Name: "write balance"},
		{Client: 1, At: 999, Name: "of another operation"}}
	p := opened(t, r, desk, "")
	until(t, p, `document.querySelectorAll('.finding.open .story .step').length === 2`)
	require.Contains(t, eval[string](t, p, `document.querySelector('.story').textContent`), "read balance")
}

// Long words end within their picture, with a sign that there is more, and what is short beside them is whole.
func TestLongWordsAreCutInTheStory(t *testing.T) {
	long := strings.Repeat(" and so on", 30)
	for name, text := range map[string]func(asked, answered string) string{
		"asked":    func(asked, answered string) string { return asked + long + " → " + answered },
		"answered": func(asked, answered string) string { return asked + " → " + answered + long },
		"both":     func(asked, answered string) string { return asked + long + " → " + answered + long },
	} {
		t.Run(name, func(t *testing.T) {
			r := run(1000)
			r.Timeline.At = func(i int) report.Operation {
				op := made(i)
				op.Text = text("deduct 5", "left 1500")
				return op
			}
			p := opened(t, r, desk, "")
			until(t, p, `document.querySelectorAll('.finding.open .story .asked').length === 2`)
			require.Empty(t, eval[[]string](t, p, `[...document.querySelectorAll('.finding.open .story .asked')].filter((label) => {
				const picture = label.ownerSVGElement.getBoundingClientRect(), words = label.getBoundingClientRect();
				return words.right > picture.right || !/deduct 5.* → left 1500/.test(label.textContent) || !label.textContent.includes('…');
			}).map((label) => label.textContent)`))
			require.Equal(t, text("deduct 5", "left 1500"), eval[string](t, p,
				`document.querySelector('.finding.open .story .bar title').textContent`))
		})
	}
}

func TestJumpToTheAnomaly(t *testing.T) {
	p := opened(t, run(1000), desk, "")
	whole := span(t, p)
	press(t, p, "n")
	until(t, p, `stressPage.view.to - stressPage.view.from < 5000`)
	require.Less(t, span(t, p), whole/10)
	require.InDelta(t, 125_000, from(t, p), 2000)
	press(t, p, "n")
	until(t, p, `stressPage.seen.anomaly === 1 && stressPage.view.from < 2000`)
	require.Contains(t, text(t, p, ".finding.open"), "phantom-update")
	press(t, p, "p")
	until(t, p, `stressPage.seen.anomaly === 0`)
}

func TestTheArrowsOfAnAnomalyAreDrawnOnceItIsNear(t *testing.T) {
	p := opened(t, run(40_000), desk, "")
	until(t, p, `stressPage.drawn.flag !== null`)
	require.Zero(t, eval[int](t, p, `stressPage.drawn.arrows`), "they are too far away, and a flag stands for them")
	require.False(t, eval[bool](t, p, `stressPage.drawn.dim`), "of what cannot be told apart nothing is dimmed")
	press(t, p, "n")
	until(t, p, `stressPage.drawn.arrows === 2`)
	require.True(t, eval[bool](t, p, `stressPage.drawn.flag === null && stressPage.drawn.dim`))
	share := eval[float64](t, p, `(() => { const [a, b] = [20000, 20001].map(stressPage.box);
		return (b[0] + b[2] - a[0]) / document.getElementById('lanes').clientWidth; })()`)
	require.InDelta(t, 0.55, share, 0.1, "the operations that raced take most of the width")
}

func TestZoomAndPan(t *testing.T) {
	p := opened(t, run(1000), desk, "")
	whole := span(t, p)
	x, y := middle(t, p, 500)
	wheel := func(dy float64) {
		turn := func(e *input.DispatchMouseEventParams) { e.DeltaX, e.DeltaY = 0.01, dy }
		require.NoError(t, p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseWheel, x, y, turn)))
	}
	wheel(-400)
	until(t, p, fmt.Sprintf(`stressPage.view.to - stressPage.view.from < %f`, whole*0.6))
	zoomed, left := span(t, p), from(t, p)
	after, _ := middle(t, p, 500)
	require.InDelta(t, x, after, 3, "what is under the pointer stays there")

	require.NoError(t, p.Do(chromedp.DragAndDropXY(x, y, x-200, y, 8)))
	require.Greater(t, from(t, p), left, "dragged to the left, later moments are seen")
	require.InDelta(t, zoomed, span(t, p), 1)

	left = from(t, p)
	press(t, p, "ArrowRight")
	require.Greater(t, from(t, p), left)
	press(t, p, "+")
	require.Less(t, span(t, p), zoomed)
	press(t, p, "0")
	until(t, p, fmt.Sprintf(`stressPage.view.to - stressPage.view.from > %f`, whole*0.9))
}

func TestClickAndHoverShowValues(t *testing.T) {
	p := opened(t, run(1000), desk, "")
	press(t, p, "n")
	until(t, p, `stressPage.view.to - stressPage.view.from < 5000`)
	x, y := middle(t, p, 501)
	require.NoError(t, p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)))
	until(t, p, `!document.getElementById('tip').hidden`)
	require.Contains(t, text(t, p, "#tip"), "#501 deduct 1 from wallet 5 → 1501")
	require.NoError(t, p.Do(chromedp.MouseClickXY(x, y)))
	until(t, p, `!document.getElementById('details').hidden`)
	details := text(t, p, "#details")
	for _, want := range []string{
		"#501", "deduct 1 from wallet 5 → 1501", "wallet 5", "ok", "800 ns", "under way meanwhile\n3 operations",
	} {
		require.Contains(t, details, want)
	}
	require.Equal(t, "#op=501", eval[string](t, p, `location.hash`))
	require.Contains(t, eval[string](t, p, `document.getElementById('live').textContent`), "Operation 501 of client 1")
	press(t, p, "]")
	until(t, p, `stressPage.seen.selected === 505`)
	press(t, p, "Escape")
	until(t, p, `document.getElementById('details').hidden`)
}

func TestAnAddressNamesAnOperation(t *testing.T) {
	p := opened(t, run(1000), desk, "op=307")
	until(t, p, `document.getElementById('details').innerText.includes('refused: version 307')`)
	require.Contains(t, text(t, p, "#details"), "failed")
}

func TestSearch(t *testing.T) {
	p := opened(t, run(40_000), desk, "") // several blocks
	press(t, p, "/")
	enter(t, p, "VERSION 39957")
	until(t, p, `document.getElementById('hits').dataset.done === 'true' && stressPage.seen.selected === 39957`)
	require.Equal(t, "1 of 1", text(t, p, "#hits"), "texts of errors are searched as well, in any case")
	search := func(query string) {
		eval[bool](t, p, fmt.Sprintf(`(() => {
			const s = document.getElementById('search');
			s.value = %q;
			return s.dispatchEvent(new Event('input'));
		})()`, query))
	}
	search("#17")
	until(t, p, `stressPage.seen.selected === 17`)
	search("client 2")
	until(t, p, `document.getElementById('hits').textContent === '1 of 10,000'`)
	require.NoError(t, p.Do(chromedp.Click(chromedp.CSS("#hit-next"))))
	require.Equal(t, 6, eval[int](t, p, `stressPage.seen.selected`))
	search("nowhere to be found")
	until(t, p, `document.getElementById('hits').textContent === 'none'`)
}

func TestFilters(t *testing.T) {
	p := opened(t, run(40_000), desk, "")
	shown := func(n int) {
		t.Helper()
		until(t, p, fmt.Sprintf(`Number(document.getElementById('stage').dataset.shown) === %d`, n))
	}
	set := func(id, value string) {
		eval[bool](t, p, fmt.Sprintf(`(() => { const f = document.getElementById(%q); f.value = %q;
			return f.dispatchEvent(new Event('input')) && f.dispatchEvent(new Event('change')); })()`, id, value))
	}
	shown(40_000)
	set("by-object", "wallet 3")
	shown(5000)
	set("by-client", "client 3")
	shown(5000)
	set("by-client", "client 0")
	shown(0)
	set("by-object", "")
	shown(10_000)
	set("by-client", "")
	require.NoError(t, p.Do(chromedp.Click(chromedp.CSS(".outcome.ok"))))
	shown(1600)
	set("by-kind", "1")
	require.Contains(t, text(t, p, "#extent"), "of 40,000 operations")
	press(t, p, "Escape")
	press(t, p, "Escape")
	shown(40_000)
}

func TestTheOrderIsShown(t *testing.T) {
	p := opened(t, valid(500), desk, "")
	require.Contains(t, strings.ToLower(text(t, p, "h1")), "valid")
	until(t, p, `document.querySelectorAll('#orders-ops .row').length > 5`)
	until(t, p, `document.querySelector('#orders-ops .row code').textContent.includes('deduct 0 from wallet 0')`)
	press(t, p, "o")
	require.Equal(t, "true", eval[string](t, p, `document.getElementById('in-order').getAttribute('aria-pressed')`))
	require.NoError(t, p.Do(chromedp.Click(chromedp.CSS("#orders-ops .row:nth-child(3)"))))
	until(t, p, `stressPage.seen.selected === 2`)
	require.NoError(t, p.Do(chromedp.Click(chromedp.CSS("#orders-list .row:nth-child(2)"))))
	until(t, p, `document.querySelectorAll('#orders-ops .row').length === 1`)
}

func TestWhatFitsNowhereIsShown(t *testing.T) {
	r := run(500)
	r.Verdict.Prefixes = []checkers.Prefix{
		{Object: "wallet 0", Ops: []int{0, 1, 2}, State: "1,002", Stuck: []int{4, 5}, Longest: true},
	}
	p := opened(t, r, desk, "")
	until(t, p, `document.querySelectorAll('#orders-ops .row.stuck code').length === 2`)
	rows := text(t, p, "#orders-ops")
	require.Contains(t, rows, "none of these fits next, where the state is 1,002")
	until(t, p, `document.querySelector('#orders-ops').textContent.includes('deduct 5 from wallet 5 → 1005')`)
	require.Contains(t, text(t, p, "#orders-note"), "The longest order")
	press(t, p, "o")
	require.NoError(t, p.Frames())
}

func TestDarkAndLight(t *testing.T) {
	paper := func(p *browser.Page) string {
		return eval[string](t, p, `getComputedStyle(document.documentElement).backgroundColor`)
	}
	dark := desk
	dark.Dark = true
	p := opened(t, run(100), dark, "")
	require.Equal(t, "rgb(16, 18, 20)", paper(p))
	press(t, p, "t")
	require.Equal(t, "rgb(252, 252, 250)", paper(p))
}

// Bars of each outcome have their own colours, and what is not of the anomaly is dimmed.
func TestTheTimelineIsDrawn(t *testing.T) {
	p := opened(t, run(200), desk, "")
	pixel := func(op int) []int {
		return eval[[]int](t, p, fmt.Sprintf(`(() => {
			stressPage.paint();
			const c = document.getElementById('lanes'), [x, y, w, h] = stressPage.box(%d);
			const one = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
			one.drawImage(c, -x - w / 2, -y - h + 3);
			return [...one.getImageData(0, 0, 1, 1).data].slice(0, 3); })()`, op))
	}
	lit, dim := pixel(100), pixel(120)
	require.NotEqual(t, lit, dim)
	require.Equal(t, []int{196, 71, 0}, lit)
	press(t, p, "d")
	require.Equal(t, []int{0, 114, 178}, pixel(120))
}

func TestKeysAreListedAndReached(t *testing.T) {
	p := opened(t, run(100), desk, "")
	press(t, p, "?")
	require.True(t, eval[bool](t, p, `document.getElementById('help').open`))
	enter(t, p, "\x1b")
	require.False(t, eval[bool](t, p, `document.getElementById('help').open`))
	enter(t, p, "\t")
	require.Equal(t, "skip", eval[string](t, p, `document.activeElement.className`))
	press(t, p, "f")
	require.Equal(t, "by-object", eval[string](t, p, `document.activeElement.id`))
}

// odd runs are opened and moved about in; a page that throws fails.
func TestOddRuns(t *testing.T) {
	one := run(8)
	one.Timeline.Len = 1
	one.Verdict = checkers.Undecide("it was one operation")
	none := run(8)
	none.Timeline.Len, none.Verdict = 0, checkers.Undecide("there was none")
	streamed := run(8)
	streamed.Timeline = nil
	streamed.Evidence = []report.Evidence{{Op: 4, Client: 1, Call: 5, Return: 9, Text: "deduct 1 → 2"}}
	untimed := run(100)
	untimed.Untime()
	instants := run(50)
	at := func(op report.Operation) report.Operation { op.Call, op.Return = 5, 5; return op }
	instants.Timeline.At = func(i int) report.Operation { op := at(made(i)); op.Client = int32(i); return op }
	crowd := run(100_000)
	crowd.Info.Clients = 100_000
	crowd.Timeline.At = func(i int) report.Operation {
		op := made(i)
		op.Client, op.Call, op.Return = int32(i), int64(i), int64(i)+1_000_000
		return op
	}
	renewed := run(3000) // after each operation its client has another identity
	renewed.Timeline.At = func(i int) report.Operation {
		op := made(i)
		op.Client, op.Outcome, op.Return = int32(i), history.Unknown, -1
		return op
	}
	for name, r := range map[string]*report.Report{
		"one": one, "none": none, "streamed": streamed, "untimed": untimed, "instants": instants, "crowd": crowd, "renewed": renewed,
	} {
		t.Run(name, func(t *testing.T) {
			p := opened(t, r, desk, "")
			for _, key := range []string{"n", "+", "+", "-", "0", "]", "d", "o", "t", "?", "Escape"} {
				press(t, p, key)
			}
			require.NoError(t, p.Frames())
			require.Contains(t, text(t, p, "h1"), "read-modify-write")
		})
	}
}

const nasty = `</script></style><img src=x onerror="window.ran=1">'"` + "`${window.ran=1}<!--"

// No value is run, wherever it stands: not when the page is opened, nor when what is in it is shown.
func TestNoValueIsRun(t *testing.T) {
	r := run(20)
	r.Info = history.Info{
		Tool: nasty, Workload: nasty, Target: nasty, Strategy: nasty, Engine: nasty, Clients: 2,
		Params: map[string]any{nasty: nasty}, Args: map[string]string{nasty: nasty},
	}
	r.Verdict = checkers.Reject(checkers.Anomaly{
		Name: nasty, Object: nasty, Message: nasty + " #0", Ops: []int{0, 1}, Repair: []string{nasty},
		Arrows: []checkers.Arrow{{From: checkers.Earlier, To: 0, Relation: checkers.Reads, Text: "read " + nasty}},
	})
	r.Verdict.Orders = []checkers.Order{{Object: nasty, Ops: []int{0, 1}}}
	r.Verdict.Reason, r.Interrupted, r.Missing = nasty, "i"+nasty, "m"+nasty
	r.Errors = []report.ErrorCount{{Text: nasty, Count: 1}}
	r.Stats.Kinds = []report.KindStats{{Kind: nasty, Count: 1}}
	r.Timeline.Object = func(uint64) string { return nasty }
	r.Timeline.At = func(i int) report.Operation {
		op := made(i)
		op.Kind, op.Text, op.Note = nasty, nasty+" → "+nasty, nasty
		return op
	}
	p := opened(t, r, desk, "op=0")
	until(t, p, `!document.getElementById('details').hidden`)
	press(t, p, "n")
	x, y := middle(t, p, 1)
	require.NoError(t, p.Do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)))
	until(t, p, `!document.getElementById('tip').hidden`)
	require.Contains(t, text(t, p, "#tip"), "<img src=x onerror")
	require.Contains(t, text(t, p, "#details"), "<img src=x onerror")
	press(t, p, "f")
	until(t, p, `document.querySelectorAll('#objects option').length > 0`)
	press(t, p, "Escape")
	press(t, p, "/")
	enter(t, p, "onerror")
	until(t, p, `document.getElementById('hits').dataset.done === 'true'`)
	require.Equal(t, "1 of 20", text(t, p, "#hits"))
	for _, place := range []string{
		"h1", ".engine", ".notice", ".finding.open h3", ".finding.open .message", ".finding.open .repair", ".story", "#orders",
		"#figures", "#errors", "#run", "#by-kind",
	} {
		shown := eval[string](t, p, fmt.Sprintf(`document.querySelector(%q).textContent`, place))
		require.Contains(t, shown, "<img src=x onerror", place)
	}
	require.False(t, eval[bool](t, p, `'ran' in window`))
	require.Equal(t, 0, eval[int](t, p, `document.images.length`))
}
