/** Tests of the kit: every check is tried on components that break its rule, and on good ones. */
@org.jspecify.annotations.NullMarked
package io.github.palimpsest.tck;
