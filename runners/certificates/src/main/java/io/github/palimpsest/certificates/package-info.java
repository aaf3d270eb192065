/**
 * Certificates of components: their content, their location, and whether they are still valid. The
 * compatibility kit writes them; lists, plans and results read them without the kit.
 */
@NullMarked
package io.github.palimpsest.certificates;

import org.jspecify.annotations.NullMarked;
