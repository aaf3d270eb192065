package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.stream.DoubleStream;

/** Writes numbers that are not finite as null, since JSON has none, and reads null as NaN. */
final class NotANumber extends SimpleModule {
  private static final long serialVersionUID = 1;

  NotANumber() {
    addSerializer(double.class, new Number());
    addSerializer(Double.class, new Number());
    addSerializer(double[].class, new Numbers());
    addDeserializer(double.class, new ReadNumber());
    addDeserializer(double[].class, new ReadNumbers());
  }

  private static void write(double value, JsonGenerator out) throws IOException {
    if (Double.isFinite(value)) {
      out.writeNumber(value);
    } else {
      out.writeNull();
    }
  }

  private static final class Number extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    Number() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      write(value, out);
    }
  }

  private static final class Numbers extends StdSerializer<double[]> {
    private static final long serialVersionUID = 1;

    Numbers() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartArray();
      for (double v : values) {
        write(v, out);
      }
      out.writeEndArray();
    }
  }

  private static final class ReadNumber extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1;

    ReadNumber() {
      super(double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return _parseDoublePrimitive(in, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class ReadNumbers extends StdDeserializer<double[]> {
    private static final long serialVersionUID = 1;

    ReadNumbers() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (!in.isExpectedStartArrayToken()) {
        return (double[]) context.handleUnexpectedToken(double[].class, in);
      }
      DoubleStream.Builder values = DoubleStream.builder();
      for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
        values.add(t == JsonToken.VALUE_NULL ? Double.NaN : _parseDoublePrimitive(in, context));
      }
      return values.build().toArray();
    }
  }
}
