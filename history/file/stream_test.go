package file_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/file"
)

func do(l *history.Log[int, int], n int) {
	for i := range n {
		l.Begin(i, history.Main)
		l.End(i, history.OK, 0)
	}
}

// shared is a text that one goroutine writes and another reads.
type shared struct {
	mu   sync.Mutex
	text []byte
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	return len(p), nil
}

func (s *shared) bytes() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.text)
}

func TestStreamWritesEverySoOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text shared
		w, err := file.NewWriter(&text, info())
		require.NoError(t, err)
		r := history.NewRecorder[int, int]()
		s := file.Stream(w, r, 0)
		defer s.Close()
		l := r.Log(0)
		for i := 1; i <= 3; i++ {
			do(l, 10)
			time.Sleep(file.DefaultEvery + time.Millisecond)
			synctest.Wait()
			h, err := readBytes(text.bytes())
			require.NoError(t, err)
			require.Len(t, h.Ops, 10*i)
			require.NotEmpty(t, h.Missing)
		}
		size := len(text.bytes())
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Len(t, text.bytes(), size, "a run that hangs does not fill the disk")

		l.Begin(99, history.Main)
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Equal(t, 1, bytes.Count(text.bytes()[size:], []byte("\n")), "one checkpoint for the open operation")

		require.NoError(t, s.Close())
		require.NoError(t, s.Err())
		h, err := readBytes(text.bytes())
		require.NoError(t, err)
		require.Equal(t, r.History().Ops, h.Ops)
		require.Empty(t, h.Missing)
		require.Equal(t, history.Never, h.Ops[30].Return)
	})
}

// disk has room for so many bytes.
type disk struct {
	room int
	text bytes.Buffer
}

var errFull = errors.New("no space left on device")

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	d.text.Write(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestAFullDiskIsAnErrorAndWhatIsThereCanBeRead(t *testing.T) {
	for room := 0; room < 4000; room += 97 {
		synctest.Test(t, func(t *testing.T) {
			d := &disk{room: room}
			w, err := file.NewWriter(d, info())
			if err != nil {
				require.ErrorIs(t, err, errFull)
				return
			}
			r := history.NewRecorder[int, int]()
			s := file.Stream(w, r, time.Second)
			l := r.Log(0)
			for range 10 {
				do(l, 7)
				time.Sleep(time.Second)
				synctest.Wait()
			}
			require.ErrorIs(t, s.Err(), errFull)
			require.ErrorIs(t, s.Close(), errFull)
			require.ErrorContains(t, s.Close(), "up to its last checkpoint can be read")
			require.Len(t, r.History().Ops, 70, "the run went on")
			h, err := readBytes(d.text.Bytes())
			require.NoError(t, err)
			require.Zero(t, len(h.Ops)%7)
			require.NotEmpty(t, h.Missing)
		})
	}
}

// stuck is a disk that hangs until it is let go.
type stuck struct {
	once sync.Once
	hung chan struct{} // closed when a write hangs
	free chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(`"client":`)) {
		s.once.Do(func() { close(s.hung) })
		<-s.free
	}
	return len(p), nil
}

func TestADiskThatHangsDoesNotHoldUpClients(t *testing.T) {
	d := &stuck{hung: make(chan struct{}), free: make(chan struct{})}
	w, err := file.NewWriter(d, info())
	require.NoError(t, err)
	r := history.NewRecorder[int, int]()
	s := file.Stream(w, r, 1)
	l := r.Log(0)
	do(l, 1)
	<-d.hung
	l.Note("x")
	do(l, 10_000)
	do(r.Log(1), 10_000)
	require.Len(t, r.History().Ops, 20_001)
	close(d.free)
	require.NoError(t, s.Close())
}

// sick is a value that cannot be written.
type sick struct{ How string }

func (s sick) MarshalJSON() ([]byte, error) {
	switch s.How {
	case "panic":
		panic("oh")
	case "error":
		return nil, errors.New("oh")
	}
	return []byte(`"well"`), nil
}

// appended is a value that writes itself.
type appended string

func (a appended) AppendJSON(to []byte) []byte {
	if a == "cut" {
		return nil
	}
	return append(to, a...)
}

func TestValuesThatCannotBeWrittenAreErrors(t *testing.T) {
	for how, want := range map[string]string{
		"panic": "panicked: oh", "error": "client 4 called at",
	} {
		require.ErrorContains(t, writeTwo(sick{""}, sick{how}), want)
	}
	for text, want := range map[string]string{
		`{"a":1`: "must write one JSON value", "{\n}": "without line ends", "": "must write", "1 2": "must write",
		"cut": "it must append",
	} {
		require.ErrorContains(t, writeTwo(appended("1"), appended(text)), want)
	}
	require.NoError(t, writeTwo(appended("1"), appended(`{"a":[1, 2]}`)))
	require.ErrorContains(t, writeTwo(strings.Repeat("x", 1), strings.Repeat("x", file.MaxLine)), "smaller")
}

func writeTwo[I any](good, bad I) error {
	var text bytes.Buffer
	w, err := file.NewWriter(&text, info())
	if err != nil {
		return err
	}
	r := history.NewRecorder[I, int]()
	s := file.Stream(w, r, time.Hour)
	l := r.Log(4)
	for _, in := range []I{good, bad} {
		l.Begin(in, history.Main)
		l.End(0, history.OK, 0)
	}
	err = s.Close()
	if err != nil && strings.Contains(text.String(), `"end"`) {
		return errors.New("the file has an end line")
	}
	return err
}
