// Package user is what a user's tests may be like, good ones and bad ones. The tests of package harness run them, each alone.
package user

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads/counter"
)

// stock is a number that is kept right, but for what a test does to it.
type stock struct {
	mu sync.Mutex
	n  int64
}

func (s *stock) read(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n, nil
}

func (s *stock) add(ctx context.Context, n int64) error {
	_, err := harness.Step(ctx, "add", func(context.Context) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.n += n
		return nil, nil
	})
	return harness.NotApplied(err)
}

func (s *stock) lossy(ctx context.Context, n int64) error {
	seen, err := harness.Step(ctx, "read stock", s.read)
	if err != nil {
		return harness.NotApplied(err)
	}
	_, err = harness.Step(ctx, "write stock", func(context.Context) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.n = seen + n
		return nil, nil
	})
	return harness.NotApplied(err)
}

func (s *stock) funcs() counter.Funcs { return counter.Funcs{Read: s.read, Add: s.add} }

func TestGood(t *testing.T) { counter.Test(t, new(stock).funcs()) }

func TestLossy(t *testing.T) {
	s := &stock{}
	counter.Test(t, counter.Funcs{Read: s.read, Add: s.lossy})
}

func TestSides(t *testing.T) {
	for _, name := range []string{"a", "b", "c"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counter.Test(t, new(stock).funcs())
		})
	}
}

func TestEndless(t *testing.T) {
	counter.Test(t, new(stock).funcs(), harness.Duration(time.Hour), harness.Rate(5000))
}

func TestDeadlock(t *testing.T) {
	s, f := &stock{}, new(stock).funcs()
	s.mu.Lock() // and never unlocked
	var once sync.Once
	f.Add = func(ctx context.Context, n int64) (err error) {
		once.Do(func() { err = s.add(ctx, n) })
		return err
	}
	counter.Test(t, f, harness.Timeout(100*time.Millisecond), harness.Ops(50))
}

// TestDeadlockForLong has no timeout but the usual one, of ten seconds.
func TestDeadlockForLong(t *testing.T) {
	s, f := &stock{}, new(stock).funcs()
	s.mu.Lock()
	f.Add = s.add
	counter.Test(t, f)
}

func TestSlow(t *testing.T) {
	var n atomic.Int32
	f := new(stock).funcs()
	add := f.Add
	f.Add = func(ctx context.Context, amount int64) error {
		if n.Add(1)%20 == 0 {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		return add(ctx, amount)
	}
	counter.Test(t, f, harness.Timeout(50*time.Millisecond), harness.Ops(100))
}

func TestPanic(t *testing.T) {
	f := new(stock).funcs()
	var n atomic.Int32
	add := f.Add
	f.Add = func(ctx context.Context, amount int64) error {
		if n.Add(1) == 20 {
			var nobody *stock
			nobody.n = 1 //nolint:govet // this is the bug
		}
		return add(ctx, amount)
	}
	counter.Test(t, f)
}

func TestLeak(t *testing.T) {
	f := new(stock).funcs()
	add := f.Add
	var once sync.Once
	f.Add = func(ctx context.Context, amount int64) error {
		once.Do(func() { go forever() })
		return add(ctx, amount)
	}
	counter.Test(t, f)
}

func forever() { select {} }

func TestManyLeaks(t *testing.T) {
	f := new(stock).funcs()
	add := f.Add
	var n atomic.Int32
	f.Add = func(ctx context.Context, amount int64) error {
		if n.Add(1) <= 7 {
			go forever()
		}
		return add(ctx, amount)
	}
	counter.Test(t, f)
}

// TestConnections has a pool of connections to a server, and leaves it be; asked to, it does not read what the server answers.
func TestConnections(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 1<<20))
	}))
	defer server.CloseClientConnections()
	f := new(stock).funcs()
	add := f.Add
	f.Add = func(ctx context.Context, amount int64) error {
		request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, server.URL, nil)
		if err != nil {
			return harness.NotApplied(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return harness.NotApplied(err)
		}
		if os.Getenv("LEAVE_OPEN") == "" {
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
		return add(ctx, amount)
	}
	counter.Test(t, f, harness.Ops(40))
}

// TestTwice makes two calls in one test.
func TestTwice(t *testing.T) {
	counter.Test(t, new(stock).funcs())
	counter.Test(t, new(stock).funcs())
}

func TestVacuous(t *testing.T) { counter.Test(t, new(stock).funcs(), harness.Clients(1)) }

// TestDataRace has a race in memory that loses nothing.
func TestDataRace(t *testing.T) {
	f := new(stock).funcs()
	add, last := f.Add, int64(0)
	f.Add = func(ctx context.Context, amount int64) error {
		last = amount
		return add(ctx, amount)
	}
	counter.Test(t, f)
	_ = last
}

func BenchmarkGood(b *testing.B) {
	for b.Loop() {
		counter.Test(b, new(stock).funcs(), harness.Ops(100))
	}
}
