// Loads a compose file as Docker's own plugin would: schema, interpolation, merge keys, references.
// Prints the services that it found; ends with 1 and the reason when the file does not hold.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . COMPOSE-FILE")
		os.Exit(2)
	}
	project, err := load(os.Args[1])
	if err == nil {
		err = builds(project)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s does not hold: %v\n", os.Args[1], err)
		os.Exit(1)
	}
	names := project.ServiceNames()
	slices.Sort(names)
	for _, name := range names {
		fmt.Println(name)
	}
}

func load(file string) (*types.Project, error) {
	options, err := cli.NewProjectOptions(
		[]string{file},
		cli.WithConsistency(true),
		cli.WithInterpolation(true),
		cli.WithNormalization(true),
		cli.WithResolvedPaths(true),
	)
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

// builds reports a missing build folder or Dockerfile; the library does not look.
func builds(project *types.Project) error {
	for name, service := range project.Services {
		if service.Build == nil {
			continue
		}
		if _, err := os.Stat(service.Build.Context + "/" + service.Build.Dockerfile); err != nil {
			return fmt.Errorf("service %s cannot be built: %w", name, err)
		}
	}
	return nil
}
