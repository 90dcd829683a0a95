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
	p, source, err := begin(in, name, model)
	if err != nil {
		return nil, err
	}
	for {
		err := p.next(source, name)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	p.sort()
	return p.h, p.finish(name)
}

// begin reads what there is before the first event.
func begin(in io.Reader, name, model string) (*pairing, events, error) {
	fits, err := parseTypes(model)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	buffered := bufio.NewReaderSize(in, headSize)
	head, err := buffered.Peek(headSize)
	if len(head) == 0 && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("%s: reading the history: %w", name, err)
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
		return nil, nil, fmt.Errorf("%s: %w", name, ErrFormat)
	}
	if h.Format == EDN {
		if err := h.ours(head); err != nil {
			return nil, nil, &file.LineError{Name: name, Line: 1, Err: err}
		}
	}
	if h.Ours != nil {
		if fits, err = typeOfOurs(h.Ours, model); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return newPairing(h, fits, model != "" || h.Ours != nil), source, nil
}

// next reads the next event; io.EOF ends them.
func (p *pairing) next(source events, name string) error {
	e, err := source.next()
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, errSkip):
		p.h.Skipped++
		return nil
	case err == nil:
		err = p.add(e)
	}
	if err == nil {
		return nil
	}
	var at *edn.Error
	if !errors.As(err, &at) {
		errors.As(source.wrap(err), &at)
	}
	return &file.LineError{Name: name, Line: at.Line, Offset: at.Offset, Err: at.Err}
}

// sort puts the operations in order of call.
func (p *pairing) sort() {
	lines := make([]Lines, len(p.h.Lines))
	for to, from := range p.h.Sort() {
		lines[to] = p.h.Lines[from]
	}
	p.h.Lines = lines
}

// finish says what the history is of.
func (p *pairing) finish(name string) (err error) {
	h := p.h
	if h.Ours != nil {
		h.Info = *h.Ours
	}
	if p.fits == every { // each operation leaves some out
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
	Interrupted string `json:"interrupted,omitempty"`
	Missing     string `json:"missing,omitempty"`
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
	h.Ours, h.Interrupted, h.Missing = &first.Info, first.Interrupted, first.Missing
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
