//go:build race

package linear

// volume is few, since the race detector slows the oracles down and finds in a thousand histories what it can find.
const volume = 1000
