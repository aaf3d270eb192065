/** Tests of the benchmarks. */
@org.jspecify.annotations.NullMarked
package io.github.palimpsest.cli.bench;
