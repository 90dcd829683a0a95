package jepsen

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
	"github.com/lostupdate/stress/history/file"
)

// Decode reads a history whose text is EDN or a log. The name is for errors. The model is the name of its data type, one of
// [Types], or "" if the events tell; what contradicts it is an error.
//
// Its errors are [file.LineError] for whatever an event says wrong, [ErrType], [ErrModel] and [ErrFormat].
func Decode(in io.Reader, name, model string) (*History, error) {
	fits, err := parseTypes(model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	buffered := bufio.NewReaderSize(in, headSize)
	head, err := buffered.Peek(headSize)
	if len(head) == 0 && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: reading the history: %w", name, err)
	}
	h := &History{Values: NewValues(), Format: detect(head)}
	if bytes.HasPrefix(head, []byte(mark)) {
		head = head[len(mark):]
		_, _ = buffered.Discard(len(mark)) // it was peeked at
	}
	h.Notes = map[int]string{}
	var source events
	switch h.Format {
	case EDN:
		source = &forms{r: edn.NewReader(buffered)}
	case Log:
		source = newLogLines(buffered)
	default:
		return nil, fmt.Errorf("%s: %w", name, ErrFormat)
	}
	if h.Format == EDN {
		if err := h.ours(head); err != nil {
			return nil, &file.LineError{Name: name, Line: 1, Err: err}
		}
	}
	if h.Ours != nil {
		if fits, err = typeOfOurs(h.Ours, model); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	p := newPairing(h, fits, model != "" || h.Ours != nil)
	if err := p.all(source, name); err != nil {
		return nil, err
	}
	return h, p.finish(name)
}

// all reads all events.
func (p *pairing) all(source events, name string) error {
	for {
		e, err := source.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errSkip):
			p.h.Skipped++
			continue
		case err == nil:
			err = p.add(e)
		}
		if err == nil {
			continue
		}
		var at *edn.Error
		if !errors.As(err, &at) {
			errors.As(source.wrap(err), &at)
		}
		return &file.LineError{Name: name, Line: at.Line, Offset: at.Offset, Err: at.Err}
	}
}

// finish says what the history is of.
func (p *pairing) finish(name string) (err error) {
	h := p.h
	lines := make([]Lines, len(h.Lines))
	for to, from := range h.Sort() {
		lines[to] = h.Lines[from]
	}
	h.Lines = lines
	if h.Ours != nil {
		h.Info = *h.Ours
	}
	if len(h.Ops) == 0 && p.fits == every {
		return fmt.Errorf("%s: %w: it has no operations", name, ErrFormat)
	}
	if h.Type, err = p.fits.one(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if h.Ours == nil {
		h.Info.Workload, h.Info.Target = h.Type.String(), h.Format.String()
	}
	return nil
}

// head is the first line of what Encode makes of a history of this program, behind a comment's semicolons.
type head struct {
	Stress string `json:"stress"`
	history.Info
	Missing string `json:"missing,omitempty"`
}

const (
	comment = ";; "
	kind    = "history"
)

// ours reads the head, if there is one.
func (h *History) ours(text []byte) error {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line, commented := bytes.CutPrefix(line, []byte(comment))
	if !commented || !bytes.HasPrefix(line, []byte(`{"stress":`)) {
		return nil
	}
	var first head
	if err := json.Unmarshal(line, &first); err != nil || first.Stress != kind {
		return fmt.Errorf("the head of a history that this program wrote is damaged: %.60q", line)
	}
	if first.Format != file.Version {
		return fmt.Errorf("%w: the head has version %d, and this program reads version %d",
			file.ErrVersion, first.Format, file.Version)
	}
	h.Ours, h.Missing = &first.Info, first.Missing
	return nil
}

// typeOfOurs gives the data type that our own head names.
func typeOfOurs(info *history.Info, model string) (types, error) {
	switch {
	case model != "":
		return 0, fmt.Errorf("%w: the workload %s", ErrModel, info.Workload)
	case info.Workload == Register.String():
		return 1 << CASRegister, nil
	case info.Workload == Counter.String():
		return 1 << Counter, nil
	}
	return 0, fmt.Errorf("%w: the head names the workload %q, which is not written so", ErrFormat, info.Workload)
}
