package words

func key() Word { return Word{Name: "key", Type: Int, About: "number of the object"} }

func ofWallet() Word { return Word{Name: "wallet", Type: Int, About: "number of the wallet"} }

func amount() Word { return Word{Name: "amount", Type: Int, About: "how much, above 0"} }

func newValue() Word {
	return Word{Name: "new", Type: Int, About: "what is written, which no other request writes"}
}

func value() []Word {
	return []Word{{Name: "value", Type: Int, Required: true, About: "what it holds"}}
}

func version() []Word {
	return []Word{{Name: "version", Type: Int, Required: true, About: "the version, from 1"}}
}

func balances() []Word {
	return []Word{
		{Name: "balance", Type: Int, About: "what the wallet holds after it, if the answer tells what this very request wrote"},
		{Name: "before", Type: Int, Beside: "balance", About: "what it held before, if that does not follow from balance and amount"},
	}
}

func refused() map[string]map[string]any {
	return map[string]map[string]any{"refused": {"refused": true}}
}

// besideRefused says which outputs a refusal may tell.
func besideRefused(names ...string) map[string][]string { return map[string][]string{"refused": names} }

// sum completes an update that tells what it left behind: what was there before is that without the change.
func sum(out map[string]any, after, before string, change any, sign int64) {
	left, told := out[after].(int64)
	by, known := change.(int64)
	if !told || !known {
		delete(out, before) // half of it proves nothing
		return
	}
	if _, told := out[before]; !told {
		out[before] = left + sign*by
	}
	out["seen"] = true
}

// moved completes an update of a wallet, by the amount times the sign. A refusal leaves behind what it found.
func moved(sign int64) func(result string, in, out map[string]any) {
	return func(result string, in, out map[string]any) {
		by := -sign
		if result != "" {
			by = 0
		}
		sum(out, "balance", "before", in["amount"], by)
	}
}

// seen marks an output that tells a value.
func seen(out map[string]any, name string) {
	if _, told := out[name]; told {
		out["seen"] = true
	}
}

// mark sets a value of an output that is true of answers that say OK.
func mark(name string) func(result string, in, out map[string]any) {
	return func(result string, _, out map[string]any) {
		if result == "" {
			out[name] = true
		}
	}
}
