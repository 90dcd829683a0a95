// Package browser opens pages in a headless Chromium, for tests and pictures of the report's page.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Path gives the browser's program, from CHROMIUM_PATH, or where Debian has it.
func Path() string {
	if path := os.Getenv("CHROMIUM_PATH"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}

// patience is how long a page may take to be ready.
const patience = 2 * time.Minute

// Start starts a browser, which ends when stop is called. Its profile is in a folder that is dropped then.
func Start(ctx context.Context) (browser context.Context, stop func()) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(Path()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// Everything that is asked for must be in the page: whatever else is looked for is found nowhere.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
	)
	ctx, stopAll := chromedp.NewExecAllocator(ctx, opts...)
	browser, stopTab := chromedp.NewContext(ctx)
	return browser, func() { stopTab(); stopAll() }
}

// View is how a page is looked at.
type View struct {
	Width, Height int64
	Dark, Print   bool
	Scale         float64 // device pixels a pixel; 0: 1
}

// Page is an open page.
type Page struct {
	ctx context.Context

	mu       sync.Mutex
	troubles []string
}

// Open opens a file in a tab of its own, and waits until the page says that it is ready. The part of the address after
// the # may be empty.
func Open(browser context.Context, path, hash string, v View) (p *Page, closePage func(), err error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, err
	}
	p = &Page{}
	tab, closePage := chromedp.NewContext(browser, chromedp.WithListener(p.listen))
	p.ctx = tab
	address := url.URL{Scheme: "file", Path: whole, Fragment: hash}
	// The first action must be with the tab's own context, which it ties the tab's life to.
	if err = p.Do(); err == nil {
		limited, cancel := context.WithTimeout(tab, patience)
		defer cancel()
		err = v.apply(limited)
		if err == nil {
			err = chromedp.Do(limited, chromedp.Navigate(address.String()))
		}
		if err == nil {
			_, err = chromedp.Run(limited, chromedp.Evaluate[bool](`window.stressPage.ready.then(() => true)`, chromedp.EvalAwaitPromise))
		}
	}
	if err != nil {
		closePage()
		return nil, nil, fmt.Errorf("opening %s: %w %v", path, err, p.Troubles())
	}
	return p, closePage, nil
}

// apply has the tab look so.
func (v View) apply(ctx context.Context) error {
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	if v.Scale == 0 {
		v.Scale = 1
	}
	media := ""
	if v.Print {
		media = "print"
	}
	_, err := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: v.Width, Height: v.Height, DeviceScaleFactor: v.Scale, Mobile: v.Width < phone,
		})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: media,
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
	}
	return err
}

// phone is the width, in pixels, below which a view is that of a phone.
const phone = 500

// listen notes what no page of ours may do.
func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.note(exception(e.ExceptionDetails))
	case *log.EventEntryAdded:
		p.note(fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *page.EventJavascriptDialogOpening:
		p.note("a dialog: " + e.Message)
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			p.note(fmt.Sprintf("console %s: %s %s", e.Type, arg.Value, arg.Description))
		}
	}
}

func exception(d *runtime.ExceptionDetails) string {
	text := "exception: " + d.Text
	if d.Exception != nil {
		text += " " + d.Exception.Description
	}
	return text
}

func (p *Page) note(trouble string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles = append(p.troubles, trouble)
}

// Troubles are exceptions, messages of the browser such as violations of the page's policy, and dialogs.
func (p *Page) Troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.troubles...)
}

// Eval gives the value of an expression, awaited if it is a promise.
func Eval[T any](p *Page, expression string) (T, error) {
	return chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Do makes the browser act.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) error {
	return chromedp.Do(p.ctx, actions...)
}

// Press presses a key, such as "n" or "ArrowLeft", as a shortcut is pressed: with no letter for the field that it leads to.
func (p *Page) Press(key string) error {
	var err error
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, pressed := chromedp.Call(p.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key})
		err = errors.Join(err, pressed)
	}
	return err
}

// Frames lets what was asked for be drawn.
func (p *Page) Frames() error {
	_, err := Eval[bool](p, `new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go(true))))`)
	return err
}

// Shot takes a picture of what is seen, or of the whole page.
func (p *Page) Shot(path string, whole bool) error {
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(p.ctx, take)
	if err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o600)
}
