// Command shots makes runs, and takes the pictures of their pages that the documents show:
//
//	go -C internal/browser run ./shots ../../docs/images
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lostupdate/stress/internal/browser"
)

// shot is a picture of a run's page.
type shot struct {
	name string
	run  []string // arguments of stress run
	do   string   // what is run in the page before
	from string   // the element that is at the top of the picture; "" for the page's own top
	view browser.View
	want string // the anomaly that the run must show
}

// jump shows the first anomaly in the timeline, and the page's top again.
const jump = `document.getElementById('jump').click(); scrollTo(0, 0)`

func shots() []shot {
	desk := browser.View{Width: 1440, Height: 1400}
	lost := []string{"-t", "sqlite", "-w", "wallet", "-s", "read-modify-write", "-n", "60", "-c", "4", "--seed", "7"}
	stale := []string{"-t", "redis+sqlite", "-w", "cache", "-s", "expire-only", "-n", "120", "-c", "4", "-k", "8", "--seed", "7"}
	million := []string{"-t", "memory", "-w", "wallet", "-s", "read-modify-write", "-n", "1000000", "-c", "16", "--seed", "7",
		"--schedule", "free"}
	dark := desk
	dark.Dark = true
	return []shot{
		{name: "lost-update", run: lost, do: jump, view: desk, want: "lost-update"},
		{name: "lost-update-dark", run: lost, do: jump, view: dark, want: "lost-update"},
		{name: "stale-read", run: stale, do: jump, view: desk, want: "stale-read"},
		{name: "million", run: million, view: desk, from: "#timeline", want: "lost-update"},
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	only := flag.String("only", "", "`names` of the pictures to take, with commas between")
	root := flag.String("root", "../..", "`folder` of the module whose command is run")
	flag.Parse()
	if flag.NArg() != 1 {
		return errors.New("shots takes the folder for the pictures")
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	work, err := os.MkdirTemp("", "stress-shots-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	out, err := filepath.Abs(flag.Arg(0))
	if err == nil {
		err = os.MkdirAll(out, 0o755)
	}
	if err != nil {
		return err
	}
	stress := filepath.Join(work, "stress")
	build := exec.CommandContext(ctx, "go", "build", "-o", stress, "./cmd/stress")
	build.Dir, build.Stderr = *root, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the command: %w", err)
	}
	b, stop := browser.Start(ctx)
	defer stop()
	pages := map[string]string{} // of runs that were made
	for _, s := range shots() {
		if *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
			continue
		}
		key := strings.Join(s.run, " ")
		if pages[key] == "" {
			if pages[key], err = s.made(ctx, stress, filepath.Join(work, s.name)); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		if err := s.take(b, pages[key], filepath.Join(out, s.name+".png")); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// most is how large a picture may be, in bytes.
const most = 300_000

// take opens the page, and takes the picture of it.
func (s *shot) take(b context.Context, page, picture string) error {
	p, done, err := browser.Open(b, page, "", s.view)
	if err != nil {
		return err
	}
	defer done()
	script := s.do
	if s.from != "" {
		script += fmt.Sprintf(";document.querySelector(%q).scrollIntoView({ block: 'start' })", s.from)
	}
	if script != "" {
		if _, err := browser.Eval[bool](p, "(async () => {"+script+"; return true; })()"); err != nil {
			return err
		}
	}
	if err := errors.Join(p.Frames(), p.Frames(), p.Shot(picture, false)); err != nil {
		return err
	}
	if t := p.Troubles(); len(t) > 0 {
		return fmt.Errorf("the page has troubles: %s", strings.Join(t, "; "))
	}
	info, err := os.Stat(picture)
	if err != nil {
		return err
	}
	if info.Size() > most {
		return fmt.Errorf("%s has %d bytes, and should have %d at the most", picture, info.Size(), most)
	}
	fmt.Printf("%s: %d bytes\n", picture, info.Size())
	return os.Chmod(picture, 0o644)
}
