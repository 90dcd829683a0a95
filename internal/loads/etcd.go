package loads

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/history"
)

// Absent is the value of etcd's register before the first write.
const Absent = -1

// Etcd reads a log of Jepsen's of a register in etcd, with reads, writes and compare-and-sets of few values.
func Etcd(path string) (*history.History[Put, Got], error) {
	all, err := lines(path)
	if err != nil {
		return nil, err
	}
	pattern := regexp.MustCompile(`^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$`)
	var e events[Put, Got]
	for n, line := range all {
		if f := pattern.FindStringSubmatch(line); f != nil {
			if err := etcdLine(&e, f[1], f[2], f[3], f[4]); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
			}
		}
	}
	return &e.h, nil
}

func etcdLine(e *events[Put, Got], who, event, f, value string) error {
	process, err := strconv.Atoi(who)
	if err != nil {
		return err
	}
	switch {
	case event == "invoke":
		in, err := etcdInput(f, value)
		if err != nil {
			return err
		}
		e.call(process, in)
	case value == ":timed-out" && event == "fail":
		e.done(process, history.Unknown, Got{}) // a read; its process goes on
	case event == "info": // stays open, and its process does not go on
	case f == "read":
		saw, err := number(value)
		if err != nil {
			return err
		}
		e.done(process, history.OK, Got{Value: saw})
	default:
		e.done(process, history.OK, Got{OK: f == "cas" && event == "ok"})
	}
	return nil
}

func etcdInput(f, value string) (in Put, err error) {
	switch f {
	case "read":
		return Put{Kind: 'r'}, nil
	case "write":
		in.Kind = 'w'
		in.To, err = number(value)
		return in, err
	}
	from, to, _ := strings.Cut(strings.Trim(value, "[]"), " ")
	in.Kind = 'c'
	if in.Old, err = number(from); err != nil {
		return in, err
	}
	in.To, err = number(strings.TrimSpace(to))
	return in, err
}

func number(s string) (int, error) {
	if s == "nil" {
		return Absent, nil
	}
	return strconv.Atoi(s)
}
