package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lostupdate/stress/service/daemon"
)

//go:embed server.js register.yaml post.lua post.json
var files embed.FS

// bench is the server with what asks it.
type bench struct {
	dir    string // with the files and the command
	port   int
	lasts  time.Duration
	server *daemon.Daemon
}

// speed is what one run came to.
type speed struct {
	requests float64 // a second
	cpu      time.Duration
	made     float64 // requests in all
}

// thousand is the processor time for a thousand requests.
func (s speed) thousand() time.Duration { return time.Duration(float64(s.cpu) / s.made * 1000) }

func newBench(ctx context.Context, root string, lasts time.Duration) (b *bench, err error) {
	if err := installed(); err != nil {
		return nil, err
	}
	b = &bench{lasts: lasts}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.dir, err = os.MkdirTemp("", "overhead"); err != nil {
		return b, err
	}
	if err := os.CopyFS(b.dir, files); err != nil {
		return b, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(b.dir, "stress"), "./cmd/stress")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		return b, fmt.Errorf("building the command: %w", err)
	}
	if b.port, err = freePort(ctx); err != nil {
		return b, err
	}
	b.server, err = daemon.Start(ctx, daemon.Config{
		Command: "exec node server.js", Dir: b.dir, Env: []string{fmt.Sprintf("PORT=%d", b.port)}, Address: b.address(),
		Health: b.listens,
	})
	return b, err
}

func (b *bench) address() string { return fmt.Sprintf("127.0.0.1:%d", b.port) }

// listens gives nil when the server can be connected to.
func (b *bench) listens(ctx context.Context) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", b.address())
	if err != nil {
		return err
	}
	return conn.Close()
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (b *bench) close() error {
	var err error
	if b.server != nil {
		err = b.server.Stop(context.Background())
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// stress has the command make requests, as operations of clients that nothing perturbs. Its check is in the processor time.
func (b *bench) stress(ctx context.Context, connections int) (speed, error) {
	out, cpu, err := b.command(ctx, filepath.Join(b.dir, "stress"), "run", "--target", "http", "--spec", "register.yaml",
		"--schedule", "free", "--clients", strconv.Itoa(connections), "--duration", b.lasts.String(), "--quiet", "--json")
	if err != nil {
		return speed{}, err
	}
	var told struct {
		Stats struct {
			Ops, OK    float64
			Throughput float64
		}
	}
	if err := json.Unmarshal(out, &told); err != nil {
		return speed{}, err
	}
	if told.Stats.OK < told.Stats.Ops || told.Stats.Ops == 0 {
		return speed{}, fmt.Errorf("of %v operations %v were OK", told.Stats.Ops, told.Stats.OK)
	}
	return speed{told.Stats.Throughput, cpu, told.Stats.Ops}, nil
}

// command runs a program in the bench's folder, and gives its output with its processor time.
func (b *bench) command(ctx context.Context, name string, args ...string) ([]byte, time.Duration, error) {
	var out, wrong bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Stdout, c.Stderr = b.dir, &out, &wrong
	c.Env = append(os.Environ(), fmt.Sprintf("OVERHEAD_PORT=%d", b.port))
	if err := c.Run(); err != nil {
		return nil, 0, fmt.Errorf("%s: %w: %s", filepath.Base(name), err, wrong.String())
	}
	return out.Bytes(), c.ProcessState.UserTime() + c.ProcessState.SystemTime(), nil
}
