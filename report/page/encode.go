package page

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/lostupdate/stress/report"
)

// blockSize is how many operations a block has: few enough that one is unpacked in a moment when somebody points at an
// operation, and enough that packing pays.
const blockSize = 1 << 14

// Bits of an operation's flags. The lowest two are its outcome, the next two its phase.
const (
	phaseShift   = 2
	flagReadOnly = 1 << 4
	flagWhole    = 1 << 5
	flagRetries  = 1 << 6
	flagNote     = 1 << 7
)

// encoder writes operations in columns.
type encoder struct {
	kinds     *dictionary
	templates *dictionary
	objects   map[uint64]uint64 // places of keys in the list of objects
	names     texts             // of the objects

	call, duration, client, flags, kind, key, retries []byte

	told, notes texts
}

func newEncoder() *encoder {
	templates := newDictionary(mostTemplates)
	return &encoder{
		kinds: newDictionary(0), templates: templates, objects: map[uint64]uint64{},
		names: texts{templates: templates}, told: texts{templates: templates}, notes: texts{templates: templates},
	}
}

// block is some operations in columns: what drawing needs, and what is read one at a time.
type block struct{ numbers, texts []byte }

// block puts operations from one place to before another into columns.
func (e *encoder) block(t *report.Timeline, from, to int) block {
	for _, column := range []*[]byte{&e.call, &e.duration, &e.client, &e.flags, &e.kind, &e.key, &e.retries} {
		*column = (*column)[:0]
	}
	e.told.reset()
	e.notes.reset()
	before := int64(0)
	for i := from; i < to; i++ {
		op := t.At(i)
		e.op(t, &op, before)
		before = op.Call
	}
	return block{
		appendParts(nil, e.call, e.duration, e.client, e.flags, e.kind, e.key, e.retries),
		e.notes.appendTo(e.told.appendTo(nil)),
	}
}

func (e *encoder) op(t *report.Timeline, op *report.Operation, before int64) {
	e.call = binary.AppendVarint(e.call, op.Call-before)
	took := uint64(0) // never returned
	if op.Return >= 0 {
		took = uint64(max(0, op.Return-op.Call)) + 1
	}
	e.duration = binary.AppendUvarint(e.duration, took)
	e.client = binary.AppendVarint(e.client, int64(op.Client))
	flags := byte(op.Outcome&3) | byte(op.Phase&3)<<phaseShift
	if op.ReadOnly {
		flags |= flagReadOnly
	}
	if op.Whole {
		flags |= flagWhole
	} else {
		e.key = binary.AppendUvarint(e.key, e.object(t, op.Key))
	}
	if op.Retries > 0 {
		flags |= flagRetries
		e.retries = binary.AppendUvarint(e.retries, uint64(op.Retries))
	}
	e.told.add(op.Text)
	if op.Note != "" {
		flags |= flagNote
		e.notes.add(op.Note)
	}
	e.flags = append(e.flags, flags)
	kind, _ := e.kinds.add([]byte(op.Kind))
	e.kind = binary.AppendUvarint(e.kind, kind)
}

// object gives the place of a key in the list of objects.
func (e *encoder) object(t *report.Timeline, key uint64) uint64 {
	place, ok := e.objects[key]
	if !ok {
		place = uint64(len(e.objects))
		e.objects[key] = place
		e.names.add(t.Object(key))
	}
	return place
}

// timeline writes all operations, a block after the other, and then what the blocks refer to. One block is packed while the
// next is made.
func (e *encoder) timeline(w io.Writer, t *report.Timeline) error {
	var packing errgroup.Group
	for from := 0; from < t.Len; from += blockSize {
		b := e.block(t, from, min(t.Len, from+blockSize))
		if err := packing.Wait(); err != nil { // also so that blocks stay in order
			return err
		}
		packing = errgroup.Group{}
		packing.Go(func() error {
			if err := section(w, "numbers", b.numbers); err != nil {
				return err
			}
			return section(w, "texts", b.texts)
		})
	}
	if err := packing.Wait(); err != nil {
		return err
	}
	names, err := json.Marshal(struct {
		Kinds     []string `json:"kinds"`
		Templates []string `json:"templates"`
		Objects   int      `json:"objects"`
	}{e.kinds.values, e.templates.values, len(e.objects)})
	if err != nil {
		return err
	}
	if err := section(w, "names", names); err != nil {
		return err
	}
	return section(w, "objects", e.names.appendTo(nil))
}

// section writes bytes, packed, as an element that no browser runs. None of the letters of base64 can end it.
func section(w io.Writer, name string, content []byte) error {
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		return err
	}
	if _, err := deflate.Write(content); err != nil {
		return err
	}
	if err := deflate.Close(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	// A bufio.Writer keeps its first error for Flush.
	_, _ = fmt.Fprintf(out, "<script type=\"application/octet-stream\" data-section=%q>", name)
	text := base64.NewEncoder(base64.StdEncoding, out)
	if _, err := packed.WriteTo(text); err != nil {
		return err
	}
	if err := text.Close(); err != nil {
		return err
	}
	_, _ = out.WriteString("</script>\n")
	return out.Flush()
}
