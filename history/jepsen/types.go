package jepsen

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/lostupdate/stress/history/edn"
)

// Type is a data type.
type Type uint8

// The data types.
const (
	Register    Type = iota // read, write
	CASRegister             // and cas
	Counter                 // read, add
	Set                     // read of all members, add, remove
	Queue                   // enqueue, dequeue: first in, first out
	Mutex                   // acquire, release
	KV                      // get, put, append: texts by key
)

// Types are the names of all data types.
func Types() []string {
	return []string{
		Register: "register", CASRegister: "cas-register", Counter: "counter", Set: "set", Queue: "queue", Mutex: "mutex",
		KV: "kv",
	}
}

// String gives the name.
func (t Type) String() string {
	if names := Types(); int(t) < len(names) {
		return names[t]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// types is a set of data types: those that a history can still be of.
type types uint8

const (
	registers = types(1<<Register | 1<<CASRegister)
	every     = types(1<<KV<<1 - 1)
)

// parseTypes gives the one with the name, or all if there is none.
func parseTypes(name string) (types, error) {
	if name == "" {
		return every, nil
	}
	if i := slices.Index(Types(), name); i >= 0 {
		return 1 << i, nil
	}
	return 0, fmt.Errorf("no data type %q; there are %s", name, strings.Join(Types(), ", "))
}

func (t types) String() string {
	var names []string
	for i, name := range Types() {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// one gives the data type that is left. A register without compare-and-sets is a plain one.
func (t types) one() (Type, error) {
	if t == registers {
		t = 1 << Register
	}
	if bits.OnesCount8(uint8(t)) != 1 {
		return 0, fmt.Errorf("%w: it may be a %v", ErrType, t)
	}
	return Type(bits.TrailingZeros8(uint8(t))), nil
}

// asks says which data types have the request.
func asks(f F, v edn.Value) types {
	switch f {
	case Read:
		return registers | 1<<Counter | 1<<Set
	case Write:
		return scalar(v, registers)
	case CAS:
		return scalar(v.Items[0], scalar(v.Items[1], 1<<CASRegister))
	case Add:
		if _, ok := v.Int64(); ok {
			return 1<<Counter | 1<<Set
		}
		return something(v, 1<<Set)
	case Remove:
		return something(v, 1<<Set)
	case Enqueue:
		return something(v, 1<<Queue)
	case Dequeue:
		return 1 << Queue
	case Acquire, Release:
		return 1 << Mutex
	case Get:
		return 1 << KV
	default:
		return text(v)
	}
}

// answers says which data types can give the answer to a read.
func answers(f F, v edn.Value) types {
	_, whole := v.Int64()
	switch {
	case f == Get:
		return text(v)
	case f != Read:
		return every
	case whole:
		return registers | 1<<Counter
	case collection(v):
		return 1 << Set
	}
	return scalar(v, registers)
}

func scalar(v edn.Value, t types) types {
	if v.Kind >= edn.List {
		return 0
	}
	return t
}

func something(v edn.Value, t types) types {
	if v.Kind == edn.Nil {
		return 0
	}
	return t
}

func text(v edn.Value) types {
	if v.Kind == edn.String {
		return 1 << KV
	}
	return 0
}

func collection(v edn.Value) bool {
	return v.Kind == edn.List || v.Kind == edn.Vector || v.Kind == edn.Set
}
