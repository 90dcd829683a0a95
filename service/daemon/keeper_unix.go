//go:build unix

package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

const (
	// keeperName is what the keeper's first argument, its name, is. No user's argument can be taken for it.
	keeperName = "stress-keeper"
	// shell is where each Unix has it, whatever the service's PATH is.
	shell = "/bin/sh"
	// again is the pause after which what is left is looked for anew.
	again = 20 * time.Millisecond
	// killing is how long what got SIGKILL may take: longer takes only what may not be ended, or hangs in the kernel.
	killing = 10 * time.Second
)

// IsKeeper reports whether this process was started to keep a service: then main must call [Keep] and end with its code.
func IsKeeper() bool { return len(os.Args) == 1 && os.Args[0] == keeperName }

// keeper is the state of a process that keeps a service.
type keeper struct {
	notes     *json.Encoder
	grace     time.Duration
	pid       int                     // of the main process, and its group
	main      chan syscall.WaitStatus // how the main process ended
	childless chan struct{}           // closed when no child is left
}

// Keep starts the service that the process which started this one has ordered, and returns when it and all that it started
// has ended. It gives the service's exit code; 128 and the signal's number if a signal ended it; 1 if there was no service.
func Keep() int {
	if !IsKeeper() {
		return 1
	}
	runtime.LockOSThread() // the kernel ends the service when the thread ends that started it
	for file := controlFile; file <= stderrFile; file++ {
		syscall.CloseOnExec(file)
	}
	// These would end the keeper before the service. That they are listened to also undoes it where they were ignored, which the
	// service would inherit.
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)
	control := os.NewFile(controlFile, "control")
	k := &keeper{
		notes: json.NewEncoder(os.NewFile(notesFile, "notes")), main: make(chan syscall.WaitStatus, 1), childless: make(chan struct{}),
	}
	if err := k.start(control); err != nil {
		_ = k.notes.Encode(begun{Failure: err.Error()})
		return 1
	}
	go k.reap()
	_ = k.notes.Encode(begun{Pid: k.pid}) // an error says that nobody is there any more, which the control pipe says too
	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, control)
		close(closed)
	}()
	return k.end(k.wait(closed, told))
}

// start reads the order and starts the service.
func (k *keeper) start(control io.Reader) error {
	var o order
	if err := json.NewDecoder(control).Decode(&o); err != nil {
		return fmt.Errorf("reading what to start: %w", err)
	}
	k.grace = o.Grace
	if err := adopt(); err != nil {
		return err
	}
	var err error
	k.pid, err = syscall.ForkExec(shell, []string{"sh", "-c", string(o.Command)}, &syscall.ProcAttr{
		Env: os.Environ(), Files: []uintptr{stdinFile, stdoutFile, stderrFile}, Sys: attributes(),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", shell, err)
	}
	// Only the service's ends count: when it has ended, whoever writes to it must notice.
	for _, file := range []int{stdinFile, stdoutFile, stderrFile} {
		_ = syscall.Close(file)
	}
	return nil
}

// reap takes leave of all children, those inherited too, until there are none.
func (k *keeper) reap() {
	defer close(k.childless)
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return
		case pid == k.pid:
			k.main <- status
		}
	}
}

// wait returns when the service must be ended, and why.
func (k *keeper) wait(closed <-chan struct{}, told <-chan os.Signal) (e ended, status *syscall.WaitStatus) {
	select {
	case s := <-k.main:
		return e, &s
	case s := <-told:
		return ended{Told: s.String()}, nil
	case <-closed:
	}
	select {
	case s := <-k.main: // it came first
		return e, &s
	default:
		return ended{Asked: true}, nil
	}
}

// end ends all that is left, writes the last note, and gives the exit code.
func (k *keeper) end(e ended, status *syscall.WaitStatus) int {
	k.signal(syscall.SIGTERM)
	k.signal(syscall.SIGCONT) // what was stopped could not end in order
	if !k.gone(k.grace, func() {}) && !k.gone(killing, func() { k.signal(syscall.SIGKILL) }) {
		e.Left = names(k.pid)
	}
	if status == nil {
		select {
		case s := <-k.main:
			status = &s
		default: // it is among what is left
			_ = k.notes.Encode(e)
			return 1
		}
	}
	e.How, e.Zero = how(*status), status.Exited() && status.ExitStatus() == 0
	_ = k.notes.Encode(e)
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// signal sends a signal to all that belongs to the service.
func (k *keeper) signal(s syscall.Signal) {
	for _, target := range kin(k.pid) {
		_ = syscall.Kill(target, s)
	}
}

// gone calls act now and then until nothing is left of the service, or the time is over, and reports which.
func (k *keeper) gone(within time.Duration, act func()) bool {
	over, tick := time.After(within), time.NewTicker(again)
	defer tick.Stop()
	childless := k.childless
	for {
		act()
		select {
		case <-childless:
			childless = nil
		case <-tick.C:
		case <-over:
			return false
		}
		if childless == nil && alone(k.pid) {
			return true
		}
	}
}

// how is the end of a sentence that begins with "the service ended".
func how(s syscall.WaitStatus) string {
	if s.Signaled() {
		return fmt.Sprintf("by signal %d (%s)", int(s.Signal()), s.Signal())
	}
	return fmt.Sprintf("with exit status %d", s.ExitStatus())
}
