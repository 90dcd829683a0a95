package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

	"github.com/lostupdate/stress/internal/browser"
)

const (
	width, height = 1440, 900
	million       = 1 << 20
)

// watch is run in a page before its own scripts. Of this project's page, ready is when the page says so; of another, when its
// load event is over, before which it has drawn all. Two animation frames later it was on the screen.
const watch = `window.measured = new Promise((told) => addEventListener('load', () => setTimeout(async () => {
  await window.stressPage?.ready;
  const ready = performance.now();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const first = performance.getEntriesByName('first-contentful-paint')[0];
    const clock = window.stressPage?.clock ?? {};
    told({ ready, shown: performance.now(), first: first ? first.startTime : 0, drawn: clock.painted ?? 0,
      elements: document.getElementsByTagName('*').length, bars: document.querySelectorAll('#canvas svg rect').length });
  }));
})))`

// loaded is what a page says about its loading, in ms since it was asked for.
type loaded struct {
	First    float64 `json:"first"` // the first paint with something in it, as the browser tells it
	Drawn    float64 `json:"drawn"` // the timeline, where the page says so
	Ready    float64 `json:"ready"`
	Shown    float64 `json:"shown"`
	Elements int     `json:"elements"`
	Bars     int     `json:"bars"` // rectangles in Porcupine's drawing
}

// tab is a page that is open in a browser of its own.
type tab struct {
	ctx    context.Context
	loaded loaded
}

// open starts a browser and opens a file, which must be ready within the limit.
func open(path string, limit time.Duration) (t *tab, closeTab func(), err error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := browser.Start(context.Background())
	t = &tab{ctx: ctx}
	if t.loaded, err = t.load((&url.URL{Scheme: "file", Path: whole}).String(), limit); err != nil {
		stop()
		return nil, nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return t, stop, nil
}

func (t *tab) load(address string, limit time.Duration) (l loaded, err error) {
	// The browser's life is tied to the context of the first command, which must not end.
	if _, err = chromedp.Call(t.ctx, performance.Enable, performance.EnableParams{}); err != nil {
		return l, err
	}
	ctx, cancel := context.WithTimeout(t.ctx, limit)
	defer cancel()
	_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1,
	})
	if err == nil {
		script := cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: watch}
		_, err = chromedp.Call(ctx, cdppage.AddScriptToEvaluateOnNewDocument, script)
	}
	if err == nil {
		err = chromedp.Do(ctx, chromedp.Navigate(address))
	}
	if err != nil {
		return l, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[loaded](`window.measured`, chromedp.EvalAwaitPromise))
}

// used is what the browser says that a page has used.
type used struct {
	heap   float64 // bytes of JavaScript objects, without the contents of typed arrays
	thread float64 // ms of the processor, on the page's main thread
}

func (t *tab) used() (u used, err error) {
	all, err := chromedp.Call(t.ctx, performance.GetMetrics, cdp.Empty{})
	for _, m := range all.Metrics {
		switch m.Name {
		case "JSHeapUsedSize":
			u.heap = m.Value
		case "ThreadTime":
			u.thread = 1000 * m.Value
		}
	}
	return u, err
}

// collect has the page's garbage collected.
func (t *tab) collect() error {
	_, err := chromedp.Call(t.ctx, heapprofiler.CollectGarbage, cdp.Empty{})
	return err
}

// resident gives the memory, in bytes, of the largest process that draws a page, which is the only page of its browser.
func (t *tab) resident() (most float64, err error) {
	info, err := chromedp.CallBrowser(t.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	for _, p := range info.ProcessInfo {
		if p.Type != "renderer" {
			continue
		}
		now, _, err := memory(int(p.ID))
		if err != nil {
			return 0, err
		}
		most = max(most, now)
	}
	return most, nil
}

// memory gives the resident memory of a process, now and at the most so far, in bytes.
func memory(pid int) (now, peak float64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kB, _ := strconv.ParseFloat(f[1], 64) // of other lines it is no number, and not asked for
		switch f[0] {
		case "VmRSS:":
			now = kB * 1024
		case "VmHWM:":
			peak = kB * 1024
		}
	}
	return now, peak, nil
}
