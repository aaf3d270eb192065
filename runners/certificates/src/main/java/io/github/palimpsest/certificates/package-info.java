/**
 * Certificates of components: what they say, where they lie, and whether they still hold. The
 * compatibility kit writes them; lists, plans and results read them without the kit.
 */
@NullMarked
package io.github.palimpsest.certificates;

import org.jspecify.annotations.NullMarked;
