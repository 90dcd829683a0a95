package jepsen

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/history/edn"
)

// logger is what the lines of a log that are events have before them.
const logger = "jepsen.util - "

// logLines reads events that are lines of a log: INFO  jepsen.util - 0 :invoke :cas [3 4].
type logLines struct {
	in   *bufio.Scanner
	line int64
	at   int64 // where the line begins
	end  int64
}

func newLogLines(in io.Reader) *logLines {
	l := &logLines{in: bufio.NewScanner(in)}
	l.in.Buffer(make([]byte, 64<<10), edn.MaxBytes)
	l.in.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, token, err := bufio.ScanLines(data, atEOF)
		if token != nil {
			l.at, l.end = l.end, l.end+int64(n)
		}
		return n, token, err
	})
	return l
}

func (l *logLines) wrap(err error) error { return &edn.Error{Line: l.line, Offset: l.at, Err: err} }

func (l *logLines) next() (event, error) {
	for l.in.Scan() {
		l.line++
		if text := strings.TrimSpace(l.in.Text()); text != "" {
			e, err := logEvent(text)
			e.line = l.line
			return e, err
		}
	}
	if err := l.in.Err(); err != nil {
		l.line, l.at = l.line+1, l.end
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("the line is longer than %d bytes", edn.MaxBytes)
		}
		return event{}, l.wrap(err)
	}
	return event{}, io.EOF
}

// logEvent reads a line. What other parts of a program logged is skipped, but only if it looks like it: a damaged event
// must not become no event.
func logEvent(text string) (e event, err error) {
	level, rest, _ := strings.Cut(text, " ")
	switch level {
	case "INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL":
	default:
		return e, fmt.Errorf("expected a line like INFO jepsen.util - 0 :invoke :read nil, found %.60q", text)
	}
	words, ours := strings.CutPrefix(strings.TrimSpace(rest), logger)
	if !ours {
		if name, _, logged := strings.Cut(strings.TrimSpace(rest), " - "); logged && !strings.Contains(name, ":") {
			return e, errSkip
		}
		return e, fmt.Errorf("expected %q and an event after %s, found %.60q", logger, level, rest)
	}
	process, words := word(words)
	if strings.HasPrefix(process, ":") {
		return e, errSkip
	}
	stage, words := word(words)
	f, value := word(words)
	if e.process, err = strconv.ParseInt(process, 10, 64); err != nil {
		return e, fmt.Errorf("expected the number of a process after %q, found %.40q", logger, process)
	}
	if e.stage, err = parseStage(strings.TrimPrefix(stage, ":")); err != nil {
		return e, err
	}
	if e.f, err = fNamed(strings.TrimPrefix(f, ":")); err != nil {
		return e, err
	}
	e.value, err = edn.Parse(value)
	if syntax := (*edn.Error)(nil); errors.As(err, &syntax) {
		err = syntax.Err // its line is not the log's
	}
	if err == nil {
		ended(&e)
	}
	return e, err
}

// word cuts the first word off.
func word(text string) (first, rest string) {
	text = strings.TrimLeft(text, " \t")
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// ended reads what the completion of an operation means in a log, where a compare-and-set fails if another value was
// there, and a read that timed out is said to have failed.
func ended(e *event) {
	if e.stage == called || e.stage == done {
		return
	}
	timedOut := e.value.Kind == edn.Keyword
	if timedOut {
		e.extra.note = e.value.Text
	}
	switch {
	case e.stage == failed && e.f == CAS && !timedOut:
		e.extra.refused = true
	case e.stage == failed && e.f == Read:
		e.stage = unsure
	}
}
