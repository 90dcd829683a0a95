package service_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// bank is a service of wallets in the test's own process. Under /broken/ it reads a balance, and writes what it has computed of
// it later; under /locked/ nobody gets in between.
type bank struct {
	mu       sync.Mutex
	balances map[string]int64
	turn     sync.Mutex
	meet     chan struct{}
}

func newBank() *bank { return &bank{balances: map[string]int64{}, meet: make(chan struct{})} }

// NewWallets is a user's own handler.
func NewWallets() http.Handler { return newBank().handler() }

// handler has the paths that testdata/wallet.yaml names.
func (b *bank) handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /health", func(http.ResponseWriter, *http.Request) {})
	m.HandleFunc("PUT /{strategy}/wallets/{name}", func(_ http.ResponseWriter, r *http.Request) {
		var in struct{ Balance int64 }
		_ = json.NewDecoder(r.Body).Decode(&in)
		b.set(r.PathValue("name"), in.Balance)
	})
	m.HandleFunc("GET /{strategy}/wallets/{name}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, b.get(r.PathValue("name")))
	})
	m.HandleFunc("POST /{strategy}/wallets/{name}/deduct", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Amount int64 }
		_ = json.NewDecoder(r.Body).Decode(&in)
		alone := r.PathValue("strategy") == "locked"
		if alone {
			b.turn.Lock()
			defer b.turn.Unlock()
		}
		b.deduct(w, r.PathValue("name"), in.Amount, alone)
	})
	return m
}

// think takes until another thinks as well, if one comes soon.
func (b *bank) think() {
	select {
	case b.meet <- struct{}{}:
	case <-b.meet:
	case <-time.After(100 * time.Millisecond):
	}
}

func (b *bank) deduct(w http.ResponseWriter, name string, amount int64, alone bool) {
	balance := b.get(name)
	if balance < amount {
		w.WriteHeader(http.StatusConflict)
		return
	}
	if !alone {
		b.think()
	}
	b.set(name, balance-amount)
	answer(w, balance-amount)
}

func (b *bank) get(name string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.balances[name]
}

func (b *bank) set(name string, balance int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.balances[name] = balance
}

func answer(w http.ResponseWriter, balance int64) {
	_ = json.NewEncoder(w).Encode(map[string]int64{"balance": balance})
}
