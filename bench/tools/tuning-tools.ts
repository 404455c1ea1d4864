// The tools that the tuning half of the bench offers.

import { type BenchTool, choice, flag, integer, list, number, object, string } from './prompts.ts';

const currencies = ['USD', 'EUR', 'GBP', 'JPY'];

export const tuningTools: readonly BenchTool[] = [
  {
    name: 'get_weather',
    description: 'Get the current weather in a city',
    schema: object({ city: string('The city name') }),
  },
  {
    name: 'get_forecast',
    description: 'Get the weather forecast for a location',
    schema: object({
      location: string('City or place'),
      days: integer('Number of days'),
      'unit?': choice('Temperature unit', 'celsius', 'fahrenheit'),
    }),
  },
  {
    name: 'calculator',
    description: 'Evaluate a mathematical expression',
    schema: object({ expression: string('The arithmetic expression to evaluate') }),
  },
  {
    name: 'search_orders',
    description: 'Search customer orders by status',
    schema: object({
      status: choice('The order status', 'pending', 'shipped', 'delivered', 'cancelled'),
      'limit?': integer('Maximum number of results'),
    }),
  },
  {
    name: 'get_order',
    description: 'Look up an order by its number',
    schema: object({ order_id: integer('The order number') }),
  },
  {
    name: 'send_email',
    description: 'Send an email to a recipient',
    schema: object({
      to: string('Email address of the recipient'),
      subject: string('Subject line'),
      'body?': string('Message body'),
    }),
  },
  {
    name: 'get_time',
    description: 'Get the current time in a city or timezone',
    schema: object({ location: string('City or timezone') }),
  },
  {
    name: 'convert_currency',
    description: 'Convert an amount of money from one currency to another',
    schema: object({
      amount: number('Amount of money'),
      from: choice('Source currency', ...currencies),
      to: choice('Target currency', ...currencies),
    }),
  },
  {
    name: 'set_reminder',
    description: 'Set a reminder after some minutes',
    schema: object({
      text: string('What to remind about'),
      minutes: integer('Minutes from now'),
    }),
  },
  {
    name: 'play_music',
    description: 'Play music by an artist',
    schema: object({ artist: string('The artist name') }),
  },
  {
    name: 'get_stock_price',
    description: 'Get the latest stock price of a company',
    schema: object({ symbol: string('Ticker symbol') }),
  },
  {
    name: 'translate_text',
    description: 'Translate a text into another language',
    schema: object({
      text: string('The text to translate'),
      language: choice('Target language', 'french', 'german', 'spanish', 'italian'),
    }),
  },
  {
    name: 'create_ticket',
    description: 'Create a support ticket',
    schema: object({
      title: string('Short title'),
      priority: choice('Ticket priority', 'low', 'medium', 'high'),
    }),
  },
  {
    name: 'book_table',
    description: 'Book a table at a restaurant',
    schema: object({
      restaurant: string('Restaurant name'),
      people: integer('Number of guests'),
    }),
  },
  {
    name: 'set_lights',
    description: 'Turn the lights in a room on or off',
    schema: object({ room: string('The room'), state: choice('New state', 'on', 'off') }),
  },
  {
    name: 'top_song',
    description: 'Get the most popular song played on a radio station.',
    schema: object({ sign: string('The call sign of the radio station, e.g. WZPZ') }),
  },
  {
    name: 'readFile',
    description: 'Read a file and return its content',
    schema: object({ path: string('Path of the file') }),
  },
  {
    name: 'schedule_meeting',
    description: 'Schedule a meeting with someone in the calendar',
    schema: object({
      person: string('Who to meet'),
      date: string('Day of the meeting', { format: 'date' }),
      'online?': flag('Whether it is a video call'),
    }),
  },
  {
    name: 'add_todo',
    description: 'Add tasks to the to-do list',
    schema: object({ tasks: list('Tasks to add', { type: 'string' }) }),
  },
  {
    name: 'update_address',
    description: "Change a customer's address",
    schema: object({
      customer: string('Customer name'),
      address: object({ street: string('Street and number'), city: string('City') }),
    }),
  },
  {
    name: 'search_products',
    description: 'Search the shop for products',
    schema: object({ query: string('Search words'), 'max_price?': number('Highest price') }),
  },
  {
    name: 'delete_user',
    description: 'Delete a user account',
    schema: object({ username: string('The user name') }),
  },
  {
    name: 'get_news',
    description: 'Get the latest news about a topic',
    schema: object({ topic: string('The topic') }),
  },
];
