package wallet

import (
	"fmt"

	"github.com/lostupdate/stress/history"
)

func object(key uint64) string { return fmt.Sprintf("wallet %d", key) }

// asked names an operation inside a sentence about its wallet: "deduct 300".
func asked(in Input) string {
	switch in.Kind {
	case Deposit, Deduct:
		return fmt.Sprintf("%v %d", in.Kind, in.Amount)
	case Transfer:
		return fmt.Sprintf("transfer %d from wallet %d to wallet %d", in.Amount, in.Wallet, in.To)
	case Read:
		return "read"
	default:
		return "read of all wallets"
	}
}

// Describe tells an operation in words: "deduct 300 from wallet 7 → 700".
func (w *Workload) Describe(op *history.Op[Input, Output]) string {
	if op.Outcome != history.OK {
		return fmt.Sprintf("%s, %v", place(op.Input), op.Outcome)
	}
	return describe(op.Input, op.Output)
}

func describe(in Input, out Output) string {
	text := place(in)
	switch {
	case in.Kind == ReadAll:
		return fmt.Sprintf("%s → %v", text, out.Balances)
	case out.Refused && out.Seen:
		return fmt.Sprintf("%s → refused at %d", text, out.Before)
	case out.Refused:
		return text + " → refused"
	case in.Kind == Transfer && out.Seen:
		return fmt.Sprintf("%s → %d and %d", text, out.Balance, out.ToBalance)
	case in.Kind == Read || out.Seen:
		return fmt.Sprintf("%s → %d", text, out.Balance)
	}
	return text
}

func place(in Input) string {
	switch in.Kind {
	case Deposit:
		return fmt.Sprintf("deposit %d into wallet %d", in.Amount, in.Wallet)
	case Deduct:
		return fmt.Sprintf("deduct %d from wallet %d", in.Amount, in.Wallet)
	case Read:
		return fmt.Sprintf("read wallet %d", in.Wallet)
	default:
		return asked(in)
	}
}
