package filecells

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/file/disk"
)

var errNotInJournal = errors.New("file: the journal lacks the line that was appended to it: is the folder on a network drive?")

// log is the file of all changes, one a line. The state is what they come to, one after the other.
func log(p *disk.Place) string { return p.Path("journal.jsonl") }

// entry is a line of the journal. Whether a change is carried out or refused, every reader decides for itself, and alike:
// by what the lines before it come to.
type entry struct {
	By     int64        `json:"by"` // a number that no other entry has
	Change cells.Change `json:"change"`
}

func (e entry) line() []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // there is no number that JSON can't express
	}
	return append(text, '\n')
}

func inJournal(decide bool) plan {
	return plan{begin: beginJournal, open: func(c *disk.Client, n int) cells.Session {
		return &journal{Client: c, n: n, decide: decide, state: disk.Document{}}
	}}
}

func beginJournal(p *disk.Place, initial disk.Document) error {
	var text []byte
	for cell, v := range initial {
		text = append(text, entry{Change: cells.Change{Kind: cells.Set, Key: cell, New: v}}.line()...)
	}
	return os.WriteFile(log(p), text, 0o600)
}

// journal is one client of it, with what the lines come to that it has read.
type journal struct {
	*disk.Client
	n      int
	decide bool // looks first whether a change is to be refused, and then appends what is to be done whatever there is
	state  disk.Document
	offset int64 // where the lines begin that it has not read
}

func (s *journal) Read(ctx context.Context, cell int) (int64, error) {
	_, err := s.catchUp(ctx)
	return s.state[cell], err
}

func (s *journal) ReadAll(ctx context.Context) ([]int64, error) {
	if _, err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	return s.state.All(s.n), nil
}

func (s *journal) Apply(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if s.decide {
		return s.decideThenAppend(ctx, c)
	}
	return s.appendThenRead(ctx, c)
}

// appendThenRead learns what came of its own line by reading up to it.
func (s *journal) appendThenRead(ctx context.Context, c cells.Change) (cells.Effect, error) {
	own := entry{By: s.Number(), Change: c}
	if err := s.append(ctx, own); err != nil {
		return cells.Effect{}, err
	}
	return harness.Step(ctx, "read file", func(context.Context) (cells.Effect, error) {
		var effect *cells.Effect
		err := s.replay(func(e entry, what cells.Effect) {
			if e.By == own.By {
				effect = &what
			}
		})
		if err == nil && effect == nil {
			err = errNotInJournal
		}
		if err != nil {
			return cells.Effect{}, err
		}
		return *effect, nil
	})
}

// decideThenAppend decides by what it has read, and appends the bare change: others may have appended theirs meanwhile.
func (s *journal) decideThenAppend(ctx context.Context, c cells.Change) (cells.Effect, error) {
	if _, err := s.catchUp(ctx); err != nil {
		return cells.Effect{}, err
	}
	var before cells.Pair
	for i := range c.Cells() {
		before[i] = s.state[c.Cell(i)]
	}
	e := c.Saw(before)
	if !e.Applied {
		return e, nil
	}
	if c.Floor = false; c.Kind == cells.CompareAndSet {
		c.Kind = cells.Set
	}
	// What the line finds when it is carried out, this client does not look at.
	return cells.Effect{Applied: true}, s.append(ctx, entry{By: s.Number(), Change: c})
}

// append writes the line by one call, which the operating system puts behind all others' lines.
func (s *journal) append(ctx context.Context, e entry) error {
	return disk.Commit(ctx, "append", func() error {
		f, err := os.OpenFile(log(s.Place), os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = f.Write(e.line())
		return errors.Join(err, f.Close())
	})
}

func (s *journal) catchUp(ctx context.Context) (struct{}, error) {
	return disk.Look(ctx, "read file", func() (struct{}, error) { return struct{}{}, s.replay(func(entry, cells.Effect) {}) })
}

// replay carries out the lines that are new, and tells of each. A line without its end is still being written.
func (s *journal) replay(tell func(entry, cells.Effect)) error {
	text, err := readFrom(log(s.Place), s.offset)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("the journal has a line at byte %d that is none: %w", s.offset, err)
		}
		tell(e, change(s.state, e.Change))
		s.offset += int64(len(line))
	}
	return nil
}

func readFrom(path string, offset int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}
