package io.github.palimpsest.tck.mechanical;

import java.util.List;
import java.util.Locale;

/**
 * One change of one class, and the rules that it breaks.
 *
 * @param component the component that the class is of
 * @param place class, method, line, and place among the instructions
 * @param what what was changed
 * @param broken ids of broken rules, with spaces between them; empty for a survivor
 */
record Change(String component, String place, String what, String broken) {
  static Change of(String line) {
    String[] fields = line.split("\t", -1);
    return new Change(fields[0], fields[1], fields[2], fields[3]);
  }

  /** Class and method. */
  String method() {
    return place.substring(0, place.lastIndexOf(':'));
  }

  boolean breaks(String rule) {
    return List.of(broken.split(" ")).contains(rule);
  }

  boolean killed() {
    return !broken.isEmpty();
  }

  /** The same change after its trial. */
  Change breaking(String rules) {
    return new Change(component, place, what, rules);
  }

  String key() {
    return component + "\t" + place + "\t" + what;
  }

  String line() {
    return String.format(Locale.ROOT, "%s\t%s", key(), broken);
  }
}
