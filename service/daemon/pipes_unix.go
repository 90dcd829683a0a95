//go:build unix

package daemon

import (
	"context"
	"os"
	"os/exec"
	"syscall"
)

// The keeper's files, from 3 on: what it is told and what it says, then the service's own three.
const (
	controlFile = iota + 3
	notesFile
	stdinFile
	stdoutFile
	stderrFile
)

// files are closed together.
type files []*os.File

func (f files) close() {
	for _, file := range f {
		if file != nil {
			_ = file.Close()
		}
	}
}

// pipes are the ends that are here; theirs are the keeper's, in the order of its files.
type pipes struct {
	control, notes, output *os.File
	stdin, stdout          *os.File // with Config.Pipes
	log                    *os.File // with Config.Log
	theirs                 files
}

func (p *pipes) close() {
	p.theirs.close()
	files{p.control, p.notes, p.output, p.stdin, p.stdout, p.log}.close()
}

// open opens all that a service needs. What is open is in the pipes even where there is an error.
func open(cfg Config) (*pipes, error) {
	p := &pipes{theirs: make(files, stderrFile-controlFile+1)}
	var err error
	if cfg.Log != "" {
		if p.log, err = os.OpenFile(cfg.Log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
			return p, err
		}
	}
	their := func(file int) **os.File { return &p.theirs[file-controlFile] }
	all := []struct{ read, write **os.File }{
		{their(controlFile), &p.control}, {&p.notes, their(notesFile)}, {&p.output, their(stderrFile)},
	}
	if cfg.Pipes {
		all = append(all, []struct{ read, write **os.File }{{their(stdinFile), &p.stdin}, {&p.stdout, their(stdoutFile)}}...)
	}
	for _, pipe := range all {
		if *pipe.read, *pipe.write, err = os.Pipe(); err != nil {
			return p, err
		}
	}
	if cfg.Pipes {
		return p, nil
	}
	*their(stdoutFile) = *their(stderrFile)
	*their(stdinFile), err = os.Open(os.DevNull)
	return p, err
}

// keeper is the command that runs this program as the keeper. It outlives ctx: it is what ends everything in order.
func (p *pipes) keeper(ctx context.Context, cfg Config) (*exec.Cmd, error) {
	self, err := program()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(context.WithoutCancel(ctx), self)
	c.Args = []string{keeperName}
	c.Dir = cfg.Dir
	c.Env = append(c.Environ(), cfg.Env...)
	c.ExtraFiles = p.theirs
	c.Stderr = p.theirs[stderrFile-controlFile] // if it should panic
	// Signals of the terminal are for this process alone.
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c, nil
}
