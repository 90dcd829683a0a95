//go:build ignore

// A wallet to be tested: stress run --target process --start "go run examples/process/wallet.go" -w wallet
// It loses updates: between its read of a balance and its write, others get their turn. With the argument "mutex" they don't.
package main

import (
	"encoding/json"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type message struct {
	Type   string `json:"type"`
	ID     int64  `json:"msg_id"`
	Wallet int    `json:"wallet"`
	Amount int64  `json:"amount"`
	Params struct{ Keys, Initial int64 }
}

var (
	balances []atomic.Int64
	changing sync.Mutex
	out      sync.Mutex
)

func change(wallet int, by int64) map[string]any {
	if len(os.Args) > 1 && os.Args[1] == "mutex" {
		changing.Lock()
		defer changing.Unlock()
	}
	before := balances[wallet].Load()
	time.Sleep(time.Millisecond) // a real one asks its database here
	if before+by < 0 {
		return map[string]any{"type": "refused"}
	}
	balances[wallet].Store(before + by)
	return map[string]any{"balance": before + by}
}

func answer(m message) map[string]any {
	switch m.Type {
	case "hello":
		return map[string]any{"name": "wallet.go", "operations": []string{"deposit", "deduct", "read"}}
	case "init":
		balances = make([]atomic.Int64, m.Params.Keys)
		for i := range balances {
			balances[i].Store(m.Params.Initial)
		}
	case "deposit":
		return change(m.Wallet, m.Amount)
	case "deduct":
		return change(m.Wallet, -m.Amount)
	case "read":
		return map[string]any{"balance": balances[m.Wallet].Load()}
	case "close":
	default:
		return map[string]any{"type": "error", "code": 10, "text": "no such message"}
	}
	return map[string]any{}
}

func serve(m message) {
	a := answer(m)
	if a["type"] == nil {
		a["type"] = m.Type + "_ok"
	}
	a["in_reply_to"] = m.ID
	out.Lock()
	defer out.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(a) // whoever does not hear it has ended
}

func main() {
	for in := json.NewDecoder(os.Stdin); ; {
		var m message
		if in.Decode(&m) != nil {
			return
		}
		if m.Type == "init" {
			serve(m) // before all else
		} else {
			go serve(m)
		}
	}
}
