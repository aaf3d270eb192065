/**
 * The compatibility kit: the rules that a component keeps, those that it breaks, and where to look.
 *
 * <p>Authors of plugins start at {@link io.github.palimpsest.tck.PluginKit} or the kit of their
 * kind and read {@code tck/README.md}. Programs start at {@link
 * io.github.palimpsest.tck.Certification}. This package may use the API, the engine, the checks and
 * the JUnit API; only the kits use JUnit.
 */
@NullMarked
package io.github.palimpsest.tck;

import org.jspecify.annotations.NullMarked;
