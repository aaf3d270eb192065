package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template that has a value. {@link Frame#value} asks for it. */
interface Expression {
  Object value(Frame frame);

  /** A number, a text, a truth value or none. */
  record Literal(Object value) implements Expression {
    @Override
    public Object value(Frame frame) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object value(Frame frame) {
      return frame.get(name);
    }
  }

  record Items(List<Expression> items, boolean tuple) implements Expression {
    @Override
    public Object value(Frame frame) {
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(frame.value(item)));
      return tuple ? new Tuple(values) : values;
    }
  }

  record Entries(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object value(Frame frame) {
      Map<Object, Object> made = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        made.put(Values.key(frame.value(keys.get(i))), frame.value(values.get(i)));
      }
      return made;
    }
  }

  record Attribute(Expression of, String name) implements Expression {
    @Override
    public Object value(Frame frame) {
      return Attributes.attribute(frame.value(of), name);
    }
  }

  record Item(Expression of, Expression key) implements Expression {
    @Override
    public Object value(Frame frame) {
      return Attributes.item(frame.value(of), frame.value(key), frame.budget());
    }
  }

  record Slice(Expression of, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object value(Frame frame) {
      return Attributes.slice(
          frame.value(of), frame.value(from), frame.value(to), frame.value(step), frame.budget());
    }
  }

  /**
   * The arguments of a call.
   *
   * @param list a list of more positional arguments, after {@code *}
   * @param map an object of more named arguments, after {@code **}
   */
  record Given(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression list,
      @Nullable Expression map) {
    static final Given NOTHING = new Given(List.of(), Map.of(), null, null);

    Arguments of(Frame frame) {
      List<Object> values = new ArrayList<>();
      positional.forEach(p -> values.add(frame.value(p)));
      if (list != null) {
        values.addAll(Values.items(frame.value(list), frame.budget()));
      }
      Map<String, Object> names = new LinkedHashMap<>();
      named.forEach((name, value) -> names.put(name, frame.value(value)));
      if (map != null) {
        if (!(frame.value(map) instanceof Map<?, ?> more)) {
          throw new TemplateException("'**' needs an object");
        }
        more.forEach((k, v) -> names.put(Values.text(k, "the name of an argument"), v));
      }
      return new Arguments(frame.budget(), values, names);
    }
  }

  record Call(Expression of, Given given) implements Expression {
    @Override
    public Object value(Frame frame) {
      Object function = frame.value(of);
      if (function instanceof Callable callable) {
        return callable.call(given.of(frame));
      }
      if (function instanceof Loop loop) {
        return loop.call(given.of(frame));
      }
      throw function instanceof Undefined u
          ? u.error()
          : new TemplateException(Values.typeName(function) + " cannot be called");
    }
  }

  record Filtered(Expression of, Filter filter, Given given) implements Expression {
    @Override
    public Object value(Frame frame) {
      return filter.apply(frame, frame.value(of), given.of(frame));
    }
  }

  record Tested(Expression of, Predicate predicate, Given given) implements Expression {
    @Override
    public Object value(Frame frame) {
      return predicate.test(frame.value(of), given.of(frame));
    }
  }

  record Not(Expression of) implements Expression {
    @Override
    public Object value(Frame frame) {
      return !Values.isTrue(frame.value(of));
    }
  }

  record Signed(Expression of, boolean negative) implements Expression {
    @Override
    public Object value(Frame frame) {
      Object value = frame.value(of);
      if (value instanceof Undefined u) {
        throw u.error();
      }
      Object negated = Arithmetic.negated(value);
      return negative ? negated : Arithmetic.negated(negated);
    }
  }

  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object value(Frame frame) {
      return Arithmetic.apply(operator, frame.value(left), frame.value(right), frame.budget());
    }
  }

  /** {@code and}, {@code or}: the value that decides. */
  record Logical(boolean and, Expression left, Expression right) implements Expression {
    @Override
    public Object value(Frame frame) {
      Object first = frame.value(left);
      return Values.isTrue(first) == and ? frame.value(right) : first;
    }
  }

  /** {@code a < b <= c}. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public Object value(Frame frame) {
      Object left = frame.value(first);
      for (int i = 0; i < operators.size(); i++) {
        Object right = frame.value(others.get(i));
        if (!holds(operators.get(i), left, right, frame.budget())) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static boolean holds(String operator, Object a, Object b, Budget budget) {
      return switch (operator) {
        case "==" -> Values.equal(a, b, budget);
        case "!=" -> !Values.equal(a, b, budget);
        case "<" -> Values.compare(a, b, budget) < 0;
        case "<=" -> Values.compare(a, b, budget) <= 0;
        case ">" -> Values.compare(a, b, budget) > 0;
        case ">=" -> Values.compare(a, b, budget) >= 0;
        case "in" -> Values.contains(b, a, budget);
        case "not in" -> !Values.contains(b, a, budget);
        default -> throw new IllegalArgumentException(operator);
      };
    }
  }

  /** {@code a if b else c}. */
  record Conditional(Expression then, Expression condition, @Nullable Expression otherwise)
      implements Expression {
    @Override
    public Object value(Frame frame) {
      if (Values.isTrue(frame.value(condition))) {
        return frame.value(then);
      }
      return otherwise == null
          ? new Undefined("an 'if' without 'else' has no value")
          : frame.value(otherwise);
    }
  }
}
