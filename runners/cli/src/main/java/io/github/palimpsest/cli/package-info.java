/**
 * The {@code palimpsest} command.
 *
 * <p>Start at {@link io.github.palimpsest.cli.Main}; each command is a class of its own, thin over
 * what the ablation and llm modules do. Results go to standard output, everything else to standard
 * error; exit codes are in {@link io.github.palimpsest.cli.terminal.ExitCode}.
 *
 * <p>This package may use all runners and picocli, and concrete optimizers and strategies only
 * through the registry.
 */
@NullMarked
package io.github.palimpsest.cli;

import org.jspecify.annotations.NullMarked;
