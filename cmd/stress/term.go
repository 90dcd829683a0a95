package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/lostupdate/stress/report"
)

// terminal reports whether the writer is a terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// styleOf wraps text on a terminal, and has colours there, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise.
func styleOf(w io.Writer) report.Style {
	if !terminal(w) {
		return report.Style{}
	}
	return report.Style{Color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", Width: width(w)}
}

func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return 100
}

// roomForBar reports whether a progress bar fits: one that is wrapped would fill the screen.
func roomForBar(w io.Writer) bool { return terminal(w) && width(w) >= 60 }

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
