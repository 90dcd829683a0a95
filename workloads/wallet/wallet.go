// Package wallet is the data type of accounts whose money must add up.
//
// Its operations are deposit, deduct, transfer, read one wallet, and read all in one snapshot. A deduct or transfer
// that would overdraw must be refused. No money may be lost or made, and no snapshot may show money on its way.
package wallet

import (
	"slices"

	"github.com/lostupdate/stress/workloads"
)

// Kind is what an operation asks.
type Kind uint8

const (
	// Deposit adds Amount to a wallet.
	Deposit Kind = iota
	// Deduct takes Amount from a wallet, unless it holds less.
	Deduct
	// Transfer takes Amount from Wallet and adds it to To at once, unless Wallet holds less.
	Transfer
	// Read asks for one balance.
	Read
	// ReadAll asks for all balances as of one moment.
	ReadAll
)

var names = workloads.Names{Type: Name, Kinds: []string{
	Deposit: "deposit", Deduct: "deduct", Transfer: "transfer", Read: "read", ReadAll: "read-all",
}}

// Kinds are the names of all kinds of operation.
func Kinds() []string { return slices.Clone(names.Kinds) }

// String gives "deposit", "deduct", "transfer", "read" or "read-all".
func (k Kind) String() string { return names.String(uint8(k)) }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return names.Marshal(uint8(k)) }

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	kind, err := names.Parse(text)
	if err == nil {
		*k = Kind(kind)
	}
	return err
}

// Input is one request.
type Input struct {
	Kind   Kind  `json:"op"`
	Wallet int32 `json:"wallet"`
	To     int32 `json:"to,omitempty"`     // where a Transfer goes; never Wallet
	Amount int64 `json:"amount,omitempty"` // above 0
}

// Output is one answer.
type Output struct {
	// Balance is what a Read returned, or, where Seen, what Wallet held after the operation.
	Balance int64 `json:"balance"`
	// Before is what the operation saw in Wallet before it wrote, where Seen.
	Before int64 `json:"before,omitempty"`
	// ToBalance and ToBefore are the same for the wallet To of a Transfer.
	ToBalance int64 `json:"to_balance,omitempty"`
	ToBefore  int64 `json:"to_before,omitempty"`
	// Balances is what a ReadAll returned, by wallet.
	Balances []int64 `json:"balances,omitempty"`
	// Seen says that a Deposit, Deduct or Transfer knows the balances that it found and left.
	Seen bool `json:"seen,omitempty"`
	// Refused says that a Deduct or Transfer found too little and changed nothing.
	Refused bool `json:"refused,omitempty"`
}
