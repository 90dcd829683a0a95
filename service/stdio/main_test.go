package stdio_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lostupdate/stress/service/daemon"
)

// The test binary is also the process that the tests talk to, as these variables say.
const (
	roleVariable = "STDIO_TEST_ROLE"
	seenVariable = "STDIO_TEST_SEEN" // a file to which it writes the lines that it gets
	sayVariable  = "STDIO_TEST_SAY"  // what it does instead of answering an add; %d is the number of the message
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	switch {
	case daemon.IsKeeper():
		os.Exit(daemon.Keep())
	case role != "":
		os.Exit(play(role))
	default:
		goleak.VerifyTestMain(m)
	}
}

// message is what a process reads of a message.
type message struct {
	Type  string `json:"type"`
	ID    int    `json:"msg_id"`
	Delta int    `json:"delta"`
}

// actor is a process that answers all messages, but for those of which its role makes something else.
type actor struct {
	role  string
	held  []message // adds that are not answered yet
	value int
}

// play answers until its input ends.
func play(role string) int {
	if role == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
	}
	a := &actor{role: role}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		note(in.Text())
		var m message
		if err := json.Unmarshal(in.Bytes(), &m); err != nil {
			return 2
		}
		if role == "blocked" && m.Type == "init" {
			a.say(`{"type":"init_ok","in_reply_to":%d}`, m.ID)
			break
		}
		if code, over := a.take(m); over {
			return code
		}
	}
	if role == "stubborn" || role == "blocked" {
		for {
			time.Sleep(time.Hour) // a select of nothing is taken for a deadlock
		}
	}
	return 0
}

func note(line string) {
	path := os.Getenv(seenVariable)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(line + "\n")
	}
	if err != nil {
		panic(err)
	}
	_ = f.Close()
}

func (a *actor) say(format string, args ...any) { _, _ = fmt.Printf(format+"\n", args...) }

// take answers a message, and tells whether the process ends, and with which status.
func (a *actor) take(m message) (code int, over bool) {
	switch m.Type {
	case "hello":
		return a.hello(m), a.role == "dead"
	case "add":
		return a.add(m)
	case "read":
		a.say(`{"type":"read_ok","in_reply_to":%d,"value":%d}`, m.ID, a.value)
	case "close":
		if a.role == "terse" {
			a.say(`{"type":"error","in_reply_to":%d,"code":10}`, m.ID)
			return 0, false
		}
		fallthrough
	default:
		a.say(`{"type":"%s_ok","in_reply_to":%d}`, m.Type, m.ID)
	}
	return 0, false
}

func (a *actor) hello(m message) int {
	switch a.role {
	case "deaf":
	case "dead":
		_, _ = fmt.Fprintln(os.Stderr, "Error: Cannot find module 'express'")
		return 1
	case "terse":
		a.say(`{"type":"error","in_reply_to":%d,"code":10,"text":"what?"}`, m.ID)
	case "reader":
		a.say(`{"type":"hello_ok","in_reply_to":%d,"operations":["read"]}`, m.ID)
	case "typo":
		a.say(`{"type":"hello_ok","in_reply_to":%d,"operations":["raed"]}`, m.ID)
	default:
		a.say(`{"type":"hello_ok","in_reply_to":%d,"name":"actor","version":"1.2","operations":["add","read"]}`, m.ID)
	}
	return 0
}

func (a *actor) add(m message) (code int, over bool) {
	switch a.role {
	case "says":
		text := strings.ReplaceAll(os.Getenv(sayVariable), "%d", fmt.Sprint(m.ID))
		_, _ = fmt.Println(text)
	case "dies": // in the middle of an answer
		_, _ = fmt.Printf(`{"type":"add_ok","in_rep`)
		_, _ = fmt.Fprintln(os.Stderr, "out of luck")
		return 7, true
	case "long":
		_, _ = io.Copy(os.Stdout, io.LimitReader(endless{}, 17<<20))
		_, _ = fmt.Println()
	case "mute":
		_ = os.Stdout.Close()
		time.Sleep(time.Hour)
	case "errors":
		a.say(`{"type":"error","in_reply_to":%d,"code":%d,"text":"as you like"}`, m.ID, m.Delta)
	case "backwards": // three at a time
		if a.held = append(a.held, m); len(a.held) == 3 {
			for i := range a.held {
				a.count(a.held[2-i])
			}
			a.held = nil
		}
	case "late": // the first with the second
		if a.held = append(a.held, m); len(a.held) > 1 {
			for _, m := range a.held {
				a.count(m)
			}
		}
	default:
		a.count(m)
	}
	return 0, false
}

func (a *actor) count(m message) {
	a.value += m.Delta
	a.say(`{"in_reply_to":%d,"type":"add_ok","value":%d,"msg_id":1000}`, m.ID, a.value)
}

// endless is a line without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
