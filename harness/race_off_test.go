//go:build !race

package harness_test

const underRace = false
