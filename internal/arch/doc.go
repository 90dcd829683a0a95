// Package arch is a test only: it holds the direction in which the packages of this module import each other.
//
// The rules are a table in rules_test.go. Who adds a folder adds a row there; docs/architecture.md says what the rooms
// are for.
package arch
