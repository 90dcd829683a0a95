package harness_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync/atomic"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/steps/redissteps"
	"github.com/lostupdate/stress/steps/sqlsteps"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/wallet"
)

// printer stands for the *testing.T of a test. It prints the anomaly, and how many clients show it.
type printer struct{}

var told = regexp.MustCompile(`(?s)INVALID\n([a-z-]+): .*\n(\d+ clients)`)

func (printer) Helper()                  {}
func (printer) Name() string             { return "Example" }
func (printer) Context() context.Context { return context.Background() }
func (printer) Logf(string, ...any)      { fmt.Println("passed") }

func (printer) Errorf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if m := told.FindStringSubmatch(text); m != nil {
		text = m[1] + " by " + m[2]
	}
	fmt.Println(text)
}

func (p printer) Fatalf(format string, args ...any) { p.Errorf(format, args...) }

// A function of the user's: it reads, thinks and writes. The two steps are marked, so that others get in between at once, and
// not one time in a million.
func ExampleTest_function() {
	t := printer{}
	var likes atomic.Int64
	read := func(context.Context) (int64, error) { return likes.Load(), nil }
	counter.Test(t, counter.Funcs{
		Read: read,
		Add: func(ctx context.Context, n int64) error {
			seen, err := harness.Step(ctx, "read likes", read)
			if err != nil {
				return err
			}
			_, err = harness.Step(ctx, "write likes", func(context.Context) (any, error) { likes.Store(seen + n); return nil, nil })
			return err
		},
	}, harness.Cases("off"))
	// Output: lost-update by 2 clients
}

// A repository over *sql.DB, in the user's own schema, which marks no steps: the driver does. Its two statements are no
// transaction.
func ExampleTest_repository() {
	t := printer{}
	p := openPurse("repository")
	defer p.db.Close()
	wallet.Test(t, wallet.Funcs{
		Setup: p.fill, Read: p.balance, Deduct: p.deduct, Refused: []error{errEmpty},
	}, harness.Cases("off"))
	// Output: lost-update by 2 clients
}

var errEmpty = errors.New("the purse is empty")

// purse is a repository.
type purse struct{ db *sql.DB }

func openPurse(name string) purse {
	db, err := sqlsteps.Open("sqlite", "file:"+name+"?mode=memory&cache=shared")
	if err != nil {
		panic(err) // the driver is there
	}
	db.SetMaxOpenConns(1) // each would have a database in memory of its own
	return purse{db}
}

func (p purse) fill(ctx context.Context) error {
	_, err := p.db.ExecContext(ctx, `DROP TABLE IF EXISTS purse; CREATE TABLE purse (euros INT); INSERT INTO purse VALUES (1000)`)
	return err
}

func (p purse) balance(ctx context.Context) (euros int64, err error) {
	err = p.db.QueryRowContext(ctx, `SELECT euros FROM purse`).Scan(&euros)
	return euros, err
}

func (p purse) deduct(ctx context.Context, euros int64) error {
	has, err := p.balance(ctx)
	if err != nil {
		return err
	}
	if has < euros {
		return errEmpty
	}
	_, err = p.db.ExecContext(ctx, `UPDATE purse SET euros = ?`, has-euros)
	return err
}

// An http.Handler of the user's. It is called with the operation's context, so that its own calls of the database are steps.
func ExampleTest_handler() {
	t := printer{}
	p := openPurse("handler")
	defer p.db.Close()
	shop := http.NewServeMux()
	shop.HandleFunc("POST /deduct/{euros}", func(w http.ResponseWriter, r *http.Request) {
		euros, _ := strconv.ParseInt(r.PathValue("euros"), 10, 64)
		switch err := p.deduct(r.Context(), euros); {
		case errors.Is(err, errEmpty):
			w.WriteHeader(http.StatusConflict)
		case err != nil:
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	wallet.Test(t, wallet.Funcs{
		Setup: p.fill, Read: p.balance, Refused: []error{errEmpty},
		Deduct: func(ctx context.Context, euros int64) error {
			answer := httptest.NewRecorder()
			shop.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, "POST", fmt.Sprintf("/deduct/%d", euros), nil))
			switch answer.Code {
			case http.StatusOK:
				return nil
			case http.StatusConflict:
				return errEmpty
			}
			return fmt.Errorf("status %d", answer.Code) // who knows whether it was done
		},
	}, harness.Cases("off"))
	// Output: lost-update by 2 clients
}

// A service on Redis: GET, think, SET. Its client has a hook for the steps.
func ExampleTest_redis() {
	t := printer{}
	server, err := miniredis.Run()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	client.AddHook(redissteps.Hook{})

	read := func(ctx context.Context) (int64, error) {
		n, err := client.Get(ctx, "stock").Int64()
		if errors.Is(err, redis.Nil) {
			return 0, nil
		}
		return n, err
	}
	counter.Test(t, counter.Funcs{
		Read: read,
		Add: func(ctx context.Context, n int64) error {
			seen, err := read(ctx)
			if err != nil {
				return err
			}
			return client.Set(ctx, "stock", seen+n, 0).Err()
		},
	}, harness.Cases("off"))
	// Output: lost-update by 2 clients
}
