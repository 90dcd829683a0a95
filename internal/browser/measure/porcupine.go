package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/internal/peer"
	"github.com/lostupdate/stress/workloads/wallet"
)

// written is what it took to write a page.
type written struct {
	Seconds float64 `json:"seconds"` // to write it
	Check   float64 `json:"check"`   // s, to check the history before
	Bytes   int64   `json:"bytes"`
	Peak    float64 `json:"peak"` // bytes of memory at the most, with the history
	Legal   bool    `json:"legal"`
}

// errLimit says that a page was not written within the limits.
var errLimit = errors.New("not written")

// writePorcupine checks the history with Porcupine and writes its page. It is what the child does.
func writePorcupine(count, keys int, path string) (w written, err error) {
	ops := peer.Operations(walletsOf(count, keys))
	model := walletModel(keys)
	began := time.Now()
	verdict, info := porcupine.CheckOperationsVerbose(model, ops, 0)
	checked := time.Now()
	if err := porcupine.VisualizePath(model, info, path); err != nil {
		return w, err
	}
	w = written{
		Seconds: time.Since(checked).Seconds(), Check: checked.Sub(began).Seconds(), Legal: verdict == porcupine.Ok,
	}
	_, w.Peak, err = memory(os.Getpid())
	return w, err
}

// walletModel is the wallet in Porcupine's terms. Operations are told in the workload's own words.
func walletModel(keys int) porcupine.Model {
	type asked = peer.Asked[wallet.Input]
	step := func(balance int64, in wallet.Input, out wallet.Output) (int64, bool) {
		switch {
		case in.Kind == wallet.Read:
			return balance, out.Balance == balance
		case out.Before != balance:
			return balance, false
		case out.Refused:
			return balance, balance < in.Amount
		}
		return out.Balance, true
	}
	model := peer.Model(int64(initial), step, func(balance int64, _ wallet.Input) (int64, bool) { return balance, true })
	model.Partition = peer.By(keys, func(in wallet.Input) int { return int(in.Wallet) })
	model.DescribeOperation = func(input, output any) string {
		in, out := input.(asked).In, output.(wallet.Output)
		switch {
		case in.Kind == wallet.Read:
			return fmt.Sprintf("read wallet %d → %d", in.Wallet, out.Balance)
		case out.Refused:
			return fmt.Sprintf("deduct %d from wallet %d → refused at %d", in.Amount, in.Wallet, out.Balance)
		}
		return fmt.Sprintf("%v %d, wallet %d: %d → %d", in.Kind, in.Amount, in.Wallet, out.Before, out.Balance)
	}
	return model
}

// byPorcupine has a child write the page, and ends it when it takes too long or too much memory.
func (o *options) byPorcupine(count int, path string) (w written, err error) {
	self, err := os.Executable()
	if err != nil {
		return w, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.limit)
	defer cancel()
	child := exec.CommandContext(ctx, self, "-child", fmt.Sprint(count), "-wallets", fmt.Sprint(o.keys(count)), "-out", path)
	child.Env = append(os.Environ(), fmt.Sprintf("GOMEMLIMIT=%dMiB", o.memory))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return w, err
	}
	if err := child.Start(); err != nil {
		return w, err
	}
	most := make(chan float64)
	watching, stopWatching := context.WithCancel(ctx)
	go func() { most <- o.guard(watching, child.Process.Pid, cancel) }()
	decoded := json.NewDecoder(out).Decode(&w)
	err = child.Wait()
	stopWatching()
	w.Peak = max(w.Peak, <-most)
	switch {
	case w.Peak > float64(o.memory)*million:
		return w, fmt.Errorf("%w: it needs more than %d MiB of memory", errLimit, o.memory)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return w, fmt.Errorf("%w within %v", errLimit, o.limit)
	case err != nil || decoded != nil:
		return w, errors.Join(err, decoded)
	}
	info, err := os.Stat(path)
	if err != nil {
		return w, err
	}
	w.Bytes = info.Size()
	return w, nil
}

// guard looks how much memory a process has, until the context is done, and calls stop if it is too much.
func (o *options) guard(ctx context.Context, pid int, stop func()) (most float64) {
	for {
		if _, peak, err := memory(pid); err == nil { // it may have ended
			most = max(most, peak)
		}
		if most > float64(o.memory)*million {
			stop()
		}
		select {
		case <-ctx.Done():
			return most
		case <-time.After(100 * time.Millisecond):
		}
	}
}
