package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history/jepsen"
	"github.com/lostupdate/stress/targets"
)

// nearest gives the name that is most like the wrong one, or "" if none is like it.
func nearest(wrong string, names []string) string {
	best, least := "", max(2, len(wrong)/3)+1
	for _, name := range names {
		d := levenshtein.ComputeDistance(strings.ToLower(wrong), name)
		if strings.HasPrefix(name, strings.ToLower(wrong)) && wrong != "" {
			d = min(d, 1)
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}

// unknownName is the error for a name that is none of those known.
func unknownName(flag, wrong string, names []string) error {
	if near := nearest(wrong, names); near != "" {
		return usagef("%s: no %q; did you mean %q?", flag, wrong, near)
	}
	return usagef("%s: no %q; there are %s", flag, wrong, strings.Join(names, ", "))
}

func oneOf(flag, value string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	return unknownName(flag, value, names)
}

// noCommand refuses arguments that are none of the command's own commands.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	if slices.Contains(names, args[0]) {
		return nil
	}
	return unknownName("command", args[0], names)
}

// noArgs refuses arguments, and says what was probably meant.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, only flags; %q is not one (see %s --help)",
			c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}

// flagError says which flag or value is wrong, and what would be right.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return usagef("--%s %q: want %s", f.Name, invalid.GetValue(), wanted(f.Value.Type()))
	}
	return usageError{err}
}

func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	if letters := e.GetSpecifiedShortnames(); letters != "" {
		return usagef("%s has no flag -%s (see %s --help)", c.CommandPath(), e.GetSpecifiedName(), c.CommandPath())
	}
	wrong := e.GetSpecifiedName()
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := nearest(wrong, names); near != "" {
		return usagef("%s has no flag --%s; did you mean --%s?", c.CommandPath(), wrong, near)
	}
	return usagef("%s has no flag --%s (see %s --help)", c.CommandPath(), wrong, c.CommandPath())
}

// wanted puts a flag's type into words.
func wanted(kind string) string {
	switch kind {
	case "uint64":
		return "a whole number, 0 to 18446744073709551615"
	case "int", "int64":
		return "a whole number"
	case "float64":
		return "a number"
	case "duration":
		return "a time, such as 500ms, 30s or 1m30s"
	case "bool":
		return "true or false"
	case "variable=time":
		return "a variable and a time, such as DATABASE_URL=3ms"
	}
	return "a " + kind
}

func anomalyNames() []string {
	var names []string
	for _, m := range checkers.Meanings() {
		names = append(names, m.Name)
	}
	return names
}

func engineNames() []string {
	var names []string
	for _, e := range targets.Engines() {
		names = append(names, e.Name)
	}
	return names
}

// targetNames are those of engines, and of what users bring.
func targetNames() []string { return append(engineNames(), targets.HTTP, targets.Process) }

// enginesOf are the names of those that have strategies for a workload.
func enginesOf(workload string) []string {
	var names []string
	for _, e := range targets.Catalogue() {
		if e.Workload == workload && !slices.Contains(names, e.Engine.Name) {
			names = append(names, e.Engine.Name)
		}
	}
	return names
}

// strategyNames are those of an engine, or of all if it is "", for a workload, or for any if that is "".
func strategyNames(engine, workload string) []string {
	var names []string
	for _, e := range targets.Catalogue() {
		fits := (engine == "" || e.Engine.Name == engine) && (workload == "" || e.Workload == workload)
		if fits && !slices.Contains(names, e.Strategy) {
			names = append(names, e.Strategy)
		}
	}
	return names
}

// find gives the catalogue's entry, or an error that names the wrong part.
func find(engine, workload, strategy string) (targets.Entry, error) {
	if err := oneOf("--target", engine, targetNames()); err != nil {
		return targets.Entry{}, err
	}
	if err := oneOf("--workload", workload, targets.Workloads()); err != nil {
		return targets.Entry{}, err
	}
	names := strategyNames(engine, workload)
	if len(names) == 0 {
		return targets.Entry{}, usagef("%s has nothing for the workload %s, which is for %s", engine, workload,
			strings.Join(enginesOf(workload), ", "))
	}
	if strategy == "" {
		return targets.Entry{}, usagef("--strategy is required; %s has %s for %s",
			engine, strings.Join(names, ", "), workload)
	}
	for _, e := range targets.Catalogue() {
		if e.Engine.Name == engine && e.Workload == workload && e.Strategy == strategy {
			return e, nil
		}
	}
	if slices.Contains(strategyNames(engine, ""), strategy) {
		return targets.Entry{}, usagef("--strategy: %s is not made for workload %s, for which %s has %s",
			strategy, workload, engine, strings.Join(names, ", "))
	}
	return targets.Entry{}, unknownName("--strategy", strategy, strategyNames(engine, workload))
}

// complete registers the completion of the flags that take names.
func complete(c *cobra.Command) {
	value := func(name string) string {
		f := c.Flags().Lookup(name)
		if f == nil || !f.Changed {
			return ""
		}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			if names := several.GetSlice(); len(names) == 1 {
				return names[0]
			}
			return ""
		}
		return f.Value.String()
	}
	fixed := func(names func() []string) cobra.CompletionFunc {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names(), cobra.ShellCompDirectiveNoFileComp
		}
	}
	for flag, names := range map[string]func() []string{
		"target": func() []string {
			if c.Name() == "run" {
				return targetNames()
			}
			return engineNames()
		},
		"workload": targets.Workloads,
		"strategy": func() []string { return strategyNames(value("target"), value("workload")) },
		"schedule": func() []string { return schedules },
		"report":   func() []string { return formNames(false) },
		"expect":   anomalyNames,
		"format": func() []string {
			if c.Name() == "report" {
				return reportFormats
			}
			return formats
		},
		"model": jepsen.Types,
	} {
		if c.Flags().Lookup(flag) != nil {
			if err := c.RegisterFlagCompletionFunc(flag, fixed(names)); err != nil {
				panic(fmt.Sprintf("completion of --%s: %v", flag, err)) // a flag of that name exists: see above
			}
		}
	}
}
