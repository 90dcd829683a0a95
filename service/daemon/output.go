package daemon

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// lastLines and lastBytes bound what an error shows of the output.
	lastLines = 20
	lastBytes = 4096
	// mostLog bounds what the log has of one start, in bytes: a service that writes a line for each request fills a disk.
	mostLog = 64 << 20
	// logEnd is in the log in place of what is above that.
	logEnd = "\n… more than 64 MB were written: the rest is not kept\n"
)

// tail keeps the end of what is written to it, and never fails.
type tail struct {
	mu  sync.Mutex
	end []byte // up to twice lastBytes, so that not every write moves it
	cut bool   // something was before it
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if n > lastBytes {
		p, t.end, t.cut = p[n-lastBytes:], t.end[:0], true
	}
	t.end = append(t.end, p...)
	if len(t.end) > 2*lastBytes {
		t.end = t.end[:copy(t.end, t.end[len(t.end)-lastBytes:])]
		t.cut = true
	}
	return n, nil
}

// lines gives the last lines in full, without what ends them and with what would move a terminal's cursor escaped. A single
// line that is too long is cut in front.
func (t *tail) lines() []string {
	t.mu.Lock()
	end, cut := t.end, t.cut
	if len(end) > lastBytes {
		end, cut = end[len(end)-lastBytes:], true
	}
	text := string(bytes.TrimRight(end, "\r\n"))
	t.mu.Unlock()
	if text == "" {
		return nil
	}
	if first, rest, several := strings.Cut(text, "\n"); cut && several {
		text = rest
	} else if cut {
		text = "…" + first
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-lastLines):]
	for i, line := range lines {
		lines[i] = printable(strings.TrimRight(line, "\r"))
	}
	return lines
}

// String is the end of a sentence about the service.
func (t *tail) String() string {
	lines := t.lines()
	if len(lines) == 0 {
		return "it wrote nothing"
	}
	return "its last lines:\n  " + strings.Join(lines, "\n  ")
}

// printable escapes what is no text, as Go's strings do.
func printable(line string) string {
	var b strings.Builder
	for len(line) > 0 {
		r, size := utf8.DecodeRuneInString(line)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, line[0])
		case r == '\t' || strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
		line = line[size:]
	}
	return b.String()
}

// capped is what is left to be written of a text with a bound.
type capped struct {
	left int
	end  string // stands once for all that is above the bound, and is then ""
}

// part gives what is to be written of a piece.
func (c *capped) part(p []byte) []byte {
	if len(p) <= c.left {
		c.left -= len(p)
		return p
	}
	p = append(p[:c.left:c.left], c.end...)
	c.left, c.end = 0, ""
	return p
}

// drain copies all output to the tail and to the log, if there is one, up to mostLog. It goes on when the log can't be
// written any more, so that the service never waits, and then says so.
func drain(output io.Reader, last *tail, log *os.File) error {
	var failed error
	kept := &capped{left: mostLog, end: logEnd}
	buf := make([]byte, 32<<10)
	for {
		n, err := output.Read(buf)
		_, _ = last.Write(buf[:n])
		if part := kept.part(buf[:n]); log != nil && failed == nil && len(part) > 0 {
			if _, err := log.Write(part); err != nil {
				failed = fmt.Errorf("the service's log is not whole: %w", err)
			}
		}
		if err != nil {
			break
		}
	}
	if log == nil {
		return nil
	}
	if err := log.Close(); err != nil && failed == nil {
		failed = fmt.Errorf("the service's log is not whole: %w", err)
	}
	return failed
}
