package workloads

import "strings"

// Enumerate puts phrases side by side in a sentence: "a, b and c".
func Enumerate(all []string) string {
	last := len(all) - 1
	if last < 1 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}
