package words

// All are the workloads that a service can be asked for.
func All() []Workload {
	return []Workload{
		counter(), register(), wallet("wallet"), report(), unique(), quota(), doctors(), lock(), session(), cache(), jobs(), outbox(),
	}
}

func counter() Workload {
	return Workload{
		Name: "counter", Object: "key", Single: true,
		Operations: []Operation{
			{
				Name: "add", About: "adds delta to counter key", Required: true,
				Inputs: []Word{key(), {Name: "delta", Type: Int, About: "what is added"}},
				Outputs: []Word{
					{Name: "value", Type: Int, About: "what the counter is after it, if the answer tells what this very request wrote"},
					{Name: "before", Type: Int, Beside: "value", About: "what it was before, if not value - delta"},
				},
				Complete: func(_ string, in, out map[string]any) { sum(out, "value", "before", in["delta"], -1) },
			},
			{Name: "read", About: "reads counter key", Required: true, ReadOnly: true, Inputs: []Word{key()}, Outputs: value()},
		},
	}
}

func register() Workload {
	return Workload{
		Name: "register", Object: "key", Single: true, OneOf: []string{"write", "compare-and-set"},
		Operations: []Operation{
			{Name: "read", About: "reads register key, which is 0 at the start", Required: true, ReadOnly: true, Inputs: []Word{key()},
				Outputs: value()},
			{Name: "write", About: "replaces what register key holds by new", Inputs: []Word{key(), newValue()}},
			{
				Name: "compare-and-set", About: "replaces what register key holds by new if it holds old",
				Inputs: []Word{key(), {Name: "old", Type: Int, About: "what it must hold"}, newValue()},
				Outputs: []Word{
					{Name: "value", Type: Int, About: "what it held"},
					{Name: "swapped", Type: Bool, About: "whether it was replaced; true if the answer does not tell"},
				},
				Results: map[string]map[string]any{"refused": {"swapped": false}}, Beside: besideRefused("value"),
				Complete: func(_ string, _, out map[string]any) {
					if _, told := out["swapped"]; !told {
						out["swapped"] = true
					}
					seen(out, "value")
				},
			},
		},
	}
}

func wallet(name string) Workload {
	return Workload{
		Name: name, Object: "wallet", Constants: []string{"initial"}, OneOf: []string{"deposit", "deduct", "transfer"},
		Operations: []Operation{
			{
				Name: "deposit", About: "adds amount to a wallet", Inputs: []Word{ofWallet(), amount()}, Outputs: balances(),
				Complete: moved(1),
			},
			{
				Name: "deduct", About: "takes amount from a wallet, unless it holds less", Inputs: []Word{ofWallet(), amount()},
				Outputs: balances(), Results: refused(), Beside: besideRefused("balance"), Complete: moved(-1),
			},
			{
				Name: "transfer", Whole: true, About: "takes amount from a wallet and adds it to the wallet to, unless the first holds less",
				Inputs:  []Word{ofWallet(), {Name: "to", Type: Int, About: "number of the wallet where it goes"}, amount()},
				Results: refused(),
			},
			{
				Name: "read", About: "reads the balance of a wallet", Required: true, ReadOnly: true, Inputs: []Word{ofWallet()},
				Outputs: []Word{{Name: "balance", Type: Int, Required: true, About: "what it holds"}},
			},
			{
				Name: "read-all", About: "reads all balances as of one moment", ReadOnly: true, Whole: true,
				Outputs: []Word{{Name: "balances", Type: Ints, Required: true, About: "what each wallet holds, by number"}},
			},
		},
	}
}

// report is the wallet whose transfers are right, and whose reports are tested.
func report() Workload {
	w := wallet("transfer-report")
	w.OneOf = nil
	w.Operations = []Operation{w.Operations[2], w.Operations[3], w.Operations[4]}
	w.Operations[0].Required, w.Operations[2].Required = true, true
	return w
}

func unique() Workload {
	return Workload{
		Name: "unique", Object: "key", Ordered: true,
		Operations: []Operation{
			{
				Name: "create", About: "asks for the result of key, which is made if there is none", Required: true, Inputs: []Word{key()},
				Outputs: []Word{
					{Name: "id", Type: ID, Required: true, About: "the identity of the result"},
					{Name: "created", Type: Bool, About: "whether this request made it; unknown if the answer does not tell"},
				},
				Complete: func(_ string, _, out map[string]any) {
					out["found"] = true
					if _, told := out["created"]; !told {
						out["untold"] = true
					}
				},
			},
			{
				Name: "get", About: "asks for the result of key, if there is one", ReadOnly: true, Inputs: []Word{key()},
				Outputs:  []Word{{Name: "id", Type: ID, Required: true, About: "the identity of the result"}},
				Results:  map[string]map[string]any{"none": {}},
				Complete: mark("found"),
			},
			{
				Name: "count", About: "asks how many results key has", ReadOnly: true, Required: true, Inputs: []Word{key()},
				Outputs: []Word{{Name: "count", Type: Int, Required: true, About: "how many there are"}},
			},
		},
	}
}

func quota() Workload {
	of := Word{Name: "quota", Type: Int, About: "number of the quota"}
	return Workload{
		Name: "quota", Object: "quota", Ordered: true, Constants: []string{"limit"},
		Operations: []Operation{
			{
				Name: "take", About: "asks for amount, which is given as a whole or refused", Required: true, Inputs: []Word{of, amount()},
				Results: refused(),
			},
			{
				Name: "used", About: "asks how much is given out", Required: true, ReadOnly: true, Inputs: []Word{of},
				Outputs: []Word{{Name: "used", Type: Int, Required: true, About: "how much is given out"}},
			},
		},
	}
}

func doctors() Workload {
	of := Word{Name: "shift", Type: Int, About: "number of the shift"}
	who := Word{Name: "doctor", Type: Int, About: "number of the doctor, from 0"}
	return Workload{
		Name: "doctors", Object: "shift", Ordered: true, Constants: []string{"doctors"},
		Operations: []Operation{
			{
				Name: "leave", About: "takes a doctor off call, unless no other is on call", Required: true, Inputs: []Word{of, who},
				Results: refused(),
			},
			{Name: "return", About: "puts a doctor on call again", Required: true, Inputs: []Word{of, who}},
			{
				Name: "status", About: "asks who is on call", Required: true, ReadOnly: true, Inputs: []Word{of},
				Outputs: []Word{{Name: "on_call", Type: Ints, Required: true, About: "the numbers of those on call"}},
			},
		},
	}
}

func lock() Workload {
	of := Word{Name: "lock", Type: Int, About: "number of the lock"}
	return Workload{
		Name: "lock", Object: "lock",
		Operations: []Operation{
			{
				Name: "acquire", About: "asks for a lock", Required: true, Inputs: []Word{of},
				Outputs:  []Word{{Name: "token", Type: Int, About: "the fencing token, above 0, if the lock has any"}},
				Results:  map[string]map[string]any{"refused": {}},
				Complete: mark("got"),
			},
			{
				Name: "use", About: "uses what the lock protects, as its holder", Required: true, Inputs: []Word{of},
				Outputs: []Word{{
					Name: "seq", Type: Int, Required: true,
					About: "the number of this access, from 1: the resource numbers all that it accepts",
				}},
				Results:  map[string]map[string]any{"refused": {}},
				Complete: mark("accepted"),
			},
			{
				Name: "release", About: "gives the lock back", Required: true, Inputs: []Word{of},
				Results:  map[string]map[string]any{"refused": {}},
				Complete: mark("held"),
			},
		},
	}
}

func session() Workload {
	return Workload{
		Name: "session", Object: "key",
		Operations: []Operation{
			{
				Name: "write", About: "replaces what key holds, and tells the version that it made", Required: true,
				Inputs: []Word{key()}, Outputs: version(),
			},
			{
				Name: "read", About: "asks for the version that key holds, 0 if it was never written", Required: true, ReadOnly: true,
				Inputs: []Word{key()}, Outputs: version(), Results: map[string]map[string]any{"none": {}},
			},
		},
	}
}

func cache() Workload {
	return Workload{
		Name: "cache", Object: "key", Ordered: true,
		Operations: []Operation{
			{
				Name: "write", About: "makes the next version of key in the source", Required: true, Inputs: []Word{key()},
				Outputs: version(),
			},
			{
				Name: "read", About: "asks for the version of key through the cache", Required: true, ReadOnly: true,
				Inputs: []Word{key()}, Outputs: version(),
			},
			{
				Name: "cached", About: "looks at what the cache holds of key, and fills nothing", ReadOnly: true, Required: true,
				Inputs: []Word{key()}, Outputs: version(), Results: map[string]map[string]any{"none": {"nothing": true}},
			},
			{
				Name: "stored", About: "looks at what the source holds of key", ReadOnly: true, Required: true, Inputs: []Word{key()},
				Outputs: version(),
			},
		},
	}
}
