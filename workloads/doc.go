// Package workloads holds what the data types share: which keys are asked for, and how often.
//
// Each data type has a folder: its vocabulary, its generator, its sequential model, its checks and its words.
package workloads
