package main

import (
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

const (
	turns   = 120  // of the wheel
	notch   = 24   // px that one turn moves
	back    = 20   // turns after which the wheel goes the other way, so that no end is met for long
	near    = 200  // operations in view where single ones are looked at
	pending = 1000 // ms of frames that are noted after the last turn, in which plots follow
)

// wheel is a turn of the wheel. The library's own type leaves out what is 0, which the browser wants to be told.
type wheel struct {
	Type   input.DispatchMouseEventType `json:"type"`
	X      float64                      `json:"x"`
	Y      float64                      `json:"y"`
	DeltaX float64                      `json:"deltaX"`
	DeltaY float64                      `json:"deltaY"`
}

// record notes when frames come. What the page itself says of its drawing is in stressPage.frames.
const record = `(() => {
  const all = window.recorded = { at: [], on: true };
  const next = (now) => { all.at.push(now); if (all.on) requestAnimationFrame(next); };
  requestAnimationFrame(next);
  if (window.stressPage) window.stressPage.frames.length = 0;
  return true;
})()`

const recorded = `new Promise((told) => {
  const stopped = performance.now(), all = window.recorded, draws = [...(window.stressPage?.frames ?? [])];
  setTimeout(() => {
    all.on = false;
    const gaps = [], after = [];
    for (let i = 1; i < all.at.length; i++) (all.at[i] <= stopped ? gaps : after).push(all.at[i] - all.at[i - 1]);
    told({ gaps, after, draws });
  }, ` + "%d" + `);
})`

// panned is what was seen while a page was panned, in ms.
type panned struct {
	Gaps  []float64 `json:"gaps"`  // between animation frames
	After []float64 `json:"after"` // the same, in the second after the last turn
	Draws []float64 `json:"draws"` // how long the page drew, each time

	Thread float64 `json:"-"` // of the processor, on the page's main thread, for each turn
}

// pan turns the wheel sideways over the timeline, one turn after the other, as the browser takes them in: with an animation
// frame each.
func (t *tab) pan(x, y float64) (p panned, err error) {
	if _, err = chromedp.Run(t.ctx, chromedp.Evaluate[bool](record)); err != nil {
		return p, err
	}
	turnWheel := cdp.Command[wheel, cdp.Empty]{Method: input.DispatchMouseEvent.Method}
	before, err := t.used()
	if err != nil {
		return p, err
	}
	for n := range turns {
		by := float64(notch)
		if n/back%2 == 1 {
			by = -by
		}
		if _, err = chromedp.Call(t.ctx, turnWheel, wheel{input.DispatchMouseEventTypeMouseWheel, x, y, by, 0}); err != nil {
			return p, err
		}
	}
	after, err := t.used()
	if err != nil {
		return p, err
	}
	p, err = chromedp.Run(t.ctx, chromedp.Evaluate[panned](fmt.Sprintf(recorded, pending), chromedp.EvalAwaitPromise))
	p.Thread = (after.thread - before.thread) / turns
	return p, err
}

// point is the middle of what a selector finds, as far as it is in the window, after it was scrolled into it.
func (t *tab) point(selector string) (x, y float64, err error) {
	at, err := chromedp.Run(t.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => {
  const e = document.querySelector(%q);
  e.scrollIntoView({ block: 'start' });
  const r = e.getBoundingClientRect();
  return [(Math.max(0, r.left) + Math.min(innerWidth, r.right)) / 2, (Math.max(0, r.top) + Math.min(innerHeight, r.bottom)) / 2];
})()`, selector)))
	if err != nil {
		return 0, 0, err
	}
	return at[0], at[1], nil
}

// panAt pans this project's page where so many of its operations are in view, from its middle.
func (t *tab) panAt(count, inView int) (panned, error) {
	x, y, err := t.point("#lanes")
	if err != nil {
		return panned{}, err
	}
	// Twice, so that what is compiled late is compiled, and texts are there.
	for range 2 {
		_, err = chromedp.Run(t.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((told) => {
  const page = window.stressPage;
  page.fit();
  const all = page.view.to - page.view.from, middle = page.view.from + all / 2, half = all * %d / %d / 2;
  if (half < all / 2) page.look(middle - half, middle + half);
  setTimeout(() => told(true), %d);
})`, inView, count, pending), chromedp.EvalAwaitPromise))
		if err != nil {
			return panned{}, err
		}
	}
	return t.pan(x, y)
}

// quantile gives the value below which a share of the values lies; 0 of none.
func quantile(all []float64, share float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
