/** Components of a stranger, each by itself, whose classes are read. */
@org.jspecify.annotations.NullMarked
package org.acme;
