package main

import (
	"errors"
	"io"
	"sync/atomic"
	"syscall"
)

// outlet is standard output or standard error where it is no terminal. When its reader has gone, as behind `| head`,
// what is written is dropped, and gone is called once: a run has tables to drop before it ends, and a verdict to exit
// with.
type outlet struct {
	w      io.Writer
	gone   func()
	closed atomic.Bool
}

// outletOf gives a terminal back as it is.
func outletOf(w io.Writer, gone func()) io.Writer {
	if terminal(w) {
		return w
	}
	return &outlet{w: w, gone: gone}
}

func (o *outlet) Write(p []byte) (int, error) {
	if o.closed.Load() {
		return len(p), nil
	}
	n, err := o.w.Write(p)
	if !errors.Is(err, syscall.EPIPE) {
		return n, err
	}
	if o.closed.CompareAndSwap(false, true) {
		o.gone()
	}
	return len(p), nil
}
